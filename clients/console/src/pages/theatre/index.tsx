// Four people side by side, each with a connection of their own.
import { useEffect, useState, type ReactNode } from "react";
import type { Config } from "../../app/config.js";
import { Workspace } from "../../app/layout.js";
import { PaneRouter } from "../../app/router.js";
import { ensure } from "../../app/slots.js";
import { useText } from "../../app/text.js";
import { Skeleton } from "../../ui/skeleton.js";

const CAST = ["customer", "tailor", "delivery", "admin"];

export function Theatre({ config }: { config: Config }): ReactNode {
  const { t } = useText();
  const [ready, setReady] = useState(false);
  const people = config.demo!.people;
  const slots = CAST.map((role) => people.findIndex((person) => person.role === role) + 1).filter(Boolean);
  useEffect(() => {
    void Promise.all(slots.map((slot) => ensure(slot, people[slot - 1]!, config.demo!.password))).then(() => setReady(true));
  }, []);
  return (
    <main className="theatre">
      <h1 className="visually-hidden">{t("theatre.title")}</h1>
      {ready
        ? slots.map((slot) => (
            <section key={slot} className="pane" aria-label={people[slot - 1]!.name}>
              <PaneRouter><Workspace slot={slot} compact onLoggedOut={() => location.assign("/console/")} /></PaneRouter>
            </section>
          ))
        : <Skeleton lines={8} />}
    </main>
  );
}
