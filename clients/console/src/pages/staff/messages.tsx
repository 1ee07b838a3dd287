// All notifications with their deliveries, searched as support searches them.
import type { Schemas } from "@metaia/client";
import { useState, type ReactNode } from "react";
import { Link, useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Badge, StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Choose, Filters, Search, uuid } from "./filters.js";
import { List, useList } from "./list.js";
import { useNames } from "./names.js";

type Found = Schemas["FoundNotification"];
export const DELIVERY_STATUSES = ["queued", "sending", "sent", "delivered", "undelivered", "failed", "suppressed", "cancelled"];
export const CHANNELS = ["in_app", "email", "sms", "push"];

/** Notifications to one user, or of one campaign, if given. */
export function Messages({ userId, campaignId }: { userId?: string; campaignId?: string }): ReactNode {
  const { t, of } = useText();
  const { go } = useRouter();
  const [to, setTo] = useState("");
  const [type, setType] = useState("");
  const [status, setStatus] = useState("");
  const [channel, setChannel] = useState("");
  const query = { userId: userId ?? uuid(to), email: to.includes("@") ? to : "", campaignId, type, status, channel };
  const list = useList<Found>("/api/admin/notifications", "notifications", query);
  const names = useNames([...new Set(list.rows?.map((one) => one.userId))]);
  const narrowed = userId ?? campaignId;
  return (
    <Card
      title={t("nav.messages")}
      tools={narrowed ? <Button onClick={() => go("/messages")}>{t("messages.all")}</Button> : <><Link className="button" to="/previews">{t("nav.previews")}</Link><Button kind="quiet" onClick={list.reload}>{t("list.reload")}</Button></>}
    >
      {narrowed && <p className="muted">{t(userId ? "messages.of_user" : "messages.of_campaign")} <span className="mono">{narrowed}</span></p>}
      <Filters>
        {!userId && <Search label={t("messages.to")} value={to} onChange={setTo} max={254} />}
        <Search label={t("messages.type")} value={type} onChange={setType} max={60} />
        <Choose label={t("channel")} all={t("filter.all_channels")} value={channel} onChange={setChannel} options={CHANNELS.map((one) => [one, of("channel", one)] as const)} />
        <Choose label={t("order.status")} all={t("filter.all_statuses")} value={status} onChange={setStatus} options={DELIVERY_STATUSES.map((one) => [one, of("status", one)] as const)} />
      </Filters>
      <List
        list={list}
        none={t("list.no_match")}
        caption={t("nav.messages")}
        name={(one) => one.title}
        onOpen={(one) => go(`/messages/${one.id}`)}
        columns={[
          { title: t("messages.title"), cell: (one) => <span className="stacked"><strong>{one.title}</strong><small className="mono">{one.type}</small></span> },
          { title: t("trace.to"), cell: (one) => names[one.userId]?.name ?? "…" },
          { title: t("messages.deliveries"), cell: (one) => <Deliveries of={one} /> },
          { title: t("messages.seen"), cell: (one) => (one.readAt ? <TimeAgo at={one.readAt} /> : "–") },
          { title: t("audit.at"), cell: (one) => <TimeAgo at={one.createdAt} /> },
        ]}
      />
    </Card>
  );
}

function Deliveries({ of: found }: { of: Found }): ReactNode {
  const { of } = useText();
  return (
    <span className="badges">
      {found.inApp && <Badge tone="blue">{of("channel", "in_app")}</Badge>}
      {found.deliveries.map((one) => (
        <span key={one.id} className="badges"><small>{of("channel", one.channel)}</small><StatusBadge status={one.status} /></span>
      ))}
    </span>
  );
}
