// The list behind the bell.
import { useNotifications } from "@metaia/client/react";
import type { ReactNode } from "react";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";

export function NotificationsPage(): ReactNode {
  const { items, unread, loaded, more, markRead, markAllRead } = useNotifications();
  const { t } = useText();
  const { go } = useRouter();
  return (
    <Card
      title={t("notifications.title")}
      tools={unread > 0 && <ActionButton kind="quiet" action={markAllRead}>{t("notifications.read_all")}</ActionButton>}
    >
      {!loaded && items.length === 0 && <Skeleton />}
      {loaded && items.length === 0 && <Empty title={t("notifications.none")} />}
      <ul className="feed">
        {items.map((one) => (
          <li key={one.id} className={one.readAt ? undefined : "unread"}>
            <button
              type="button"
              onClick={() => {
                void markRead(one.id);
                if (one.relatedOrder) go(`/orders/${one.relatedOrder}`);
              }}
            >
              <strong>{one.title}</strong>
              <span>{one.message}</span>
              <small><TimeAgo at={one.createdAt} /></small>
            </button>
          </li>
        ))}
      </ul>
      {more && <p className="muted small after-table">{t("notifications.kept", { count: items.length })}</p>}
    </Card>
  );
}
