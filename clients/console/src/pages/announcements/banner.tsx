// The live announcements above a page: plain text, in the language of the account.
import { announcementsOf, type Shown } from "@metaia/client/announcements";
import { useMetaia, useStore } from "@metaia/client/react";
import { useEffect, type ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { useAttempt } from "../../ui/toast.js";
import { useAnnouncementText } from "./text.js";

const URGENT = ["warning", "maintenance", "critical"];

export function Banner(): ReactNode {
  const metaia = useMetaia();
  const { store, load } = announcementsOf(metaia);
  const { shown } = useStore(store);
  useEffect(() => void load().catch(() => undefined), [load]);
  return <>{shown.map((one) => <One key={one.id} one={one} />)}</>;
}

function One({ one }: { one: Shown }): ReactNode {
  const { dismiss } = announcementsOf(useMetaia());
  const a = useAnnouncementText();
  const attempt = useAttempt();
  return (
    <aside className={`announcement ${one.level}`} role={URGENT.includes(one.level) ? "alert" : "status"} lang={one.locale}>
      <div>
        <strong>{one.title}</strong> <span className="lines">{one.message}</span>
        {one.link && <> <a href={one.link} rel="noopener">{a("more")}</a></>}
      </div>
      {one.dismissible && (
        <Button kind="quiet" aria-label={a("dismiss", { title: one.title })} onClick={() => void attempt(() => dismiss(one.id))}><Icon name="close" /></Button>
      )}
    </aside>
  );
}
