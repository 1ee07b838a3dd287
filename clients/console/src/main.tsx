import { useEffect, useState, type ReactNode } from "react";
import { config, type Config } from "./app/config.js";
import { Workspace } from "./app/layout.js";
import { theatre } from "./app/parts.js";
import { Loaded } from "./app/part.js";
import { render } from "./app/render.js";
import { Below, BrowserRouter, useRouter } from "./app/router.js";
import { TextProvider, useText } from "./app/text.js";
import "./app/theme.js";
import { People } from "./pages/people.js";
import { Tracking } from "./pages/tracking.js";
import { Skeleton } from "./ui/skeleton.js";

function Console(): ReactNode {
  const { path, go } = useRouter();
  const { t } = useText();
  const [found, setFound] = useState<Config>();
  const [failed, setFailed] = useState(false);
  useEffect(() => void config().then(setFound, () => setFailed(true)), []);
  const order = /^\/track\/([\w-]+)$/.exec(path)?.[1];
  if (order) return <Tracking id={order} />;
  if (failed) return <main className="alone"><p role="alert">{t("server_away")}</p></main>;
  if (!found) return <main className="alone"><Skeleton lines={4} /></main>;
  if (path === "/console/theatre" && found.demo) {
    return <Loaded part={theatre} show={({ Theatre }) => <Theatre config={found} />} />;
  }
  const slot = Number(/^\/console\/([1-9])(?:\/|$)/.exec(path)?.[1]);
  if (!slot) return <People config={found} />;
  return (
    <Below base={`/console/${slot}`}>
      <Workspace key={slot} slot={slot} onLoggedOut={() => go("/console/")} />
    </Below>
  );
}

render(
  <TextProvider>
    <BrowserRouter>
      <Console />
    </BrowserRouter>
  </TextProvider>,
  document.getElementById("console")!,
);

// Parts share these: what two parts need, and the first script does not have, would be a second file beside shared.js.
export { usePaged } from "../../typescript/src/react/pages.js";
export { createUnanswered } from "../../typescript/src/unanswered.js";
