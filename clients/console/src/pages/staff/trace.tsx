// The trace of a notification: its cause, each decision, each attempt and each receipt, in order of time.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge, StatusBadge } from "../../ui/badge.js";
import { Card, Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt } from "../../ui/toast.js";

type Trace = Schemas["TracedNotification"];
type Delivery = Schemas["TracedDelivery"];

const REFRESH_MS = 3000;

interface Moment {
  at: string;
  title: ReactNode;
  detail?: string | null | undefined;
  tone?: string;
  /** A time of the vendor's clock. */
  vendors?: boolean;
}

export function TracePage({ id }: { id: string }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const attempt = useAttempt();
  const [trace, setTrace] = useState<Trace | null>();
  const load = useCallback(() => {
    void attempt(async () => setTrace((await rest.send("get", `/api/admin/notifications/${id}/trace`)).data.trace)).then((went) => went || setTrace((before) => before ?? null));
  }, [rest, attempt, id]);
  useEffect(load, [load]);
  useEffect(() => {
    // a trace grows: attempts and receipts are no events of staff
    const refresh = () => rest.send("get", `/api/admin/notifications/${id}/trace`, { tries: 1 }).then(({ data }) => setTrace((before) => before && data.trace), () => undefined);
    const timer = setInterval(() => document.hidden || void refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [rest, id]);
  if (trace === null) return <Empty title={t("list.failed")}><Link to="/messages">{t("nav.messages")}</Link></Empty>;
  if (!trace) return <Skeleton lines={8} />;
  return (
    <div className="columns">
      <div className="stack">
        <Card title={t("trace.beginning")}><Moments moments={beginning(trace, t)} /></Card>
        {trace.deliveries.map((one) => <DeliveryCard key={one.id} delivery={one} onChanged={load} />)}
        {trace.deliveries.length === 0 && <Card title={t("messages.deliveries")}><Empty title={t("trace.only_in_app")} /></Card>}
      </div>
      <Facts trace={trace} />
    </div>
  );
}

function beginning({ cause, notification }: Trace, t: ReturnType<typeof useText>["t"]): Moment[] {
  const moments: Moment[] = cause.events.map((event) => ({ at: event.at, title: <span className="mono">{event.type}</span>, detail: `${event.subject ?? ""} #${event.position}`, tone: "blue" }));
  moments.push({ at: notification.createdAt, title: t("trace.created"), detail: notification.title });
  if (notification.plannedAt) moments.push({ at: notification.plannedAt, title: t("trace.planned"), detail: notification.queue });
  if (notification.readAt) moments.push({ at: notification.readAt, title: t("trace.read"), tone: "green" });
  if (notification.clickedAt) moments.push({ at: notification.clickedAt, title: t("trace.clicked"), tone: "green" });
  if (notification.deletedAt) moments.push({ at: notification.deletedAt, title: t("trace.deleted") });
  return moments;
}

function Facts({ trace: { notification, cause, audience } }: { trace: Trace }): ReactNode {
  const { t, of } = useText();
  const order = /^order-([\w-]+)$/.exec(notification.subject ?? "")?.[1];
  return (
    <Card title={notification.title}>
      <dl className="facts">
        <dt>{t("messages.type")}</dt><dd className="mono">{notification.type}</dd>
        <dt>{t("trace.category")}</dt><dd>{notification.category}</dd>
        <dt>{t("trace.to")}</dt><dd><Link to={`/people/${audience.userId}`}>{audience.name}</Link> · {of("role", audience.role)} · {audience.locale} · {audience.timeZone} {!audience.active && <Badge tone="red">{t("person.disabled")}</Badge>}</dd>
        {notification.subject && <><dt>{t("audit.subject")}</dt><dd className="mono">{order ? <Link to={`/orders/${order}`}>{cause.subjectName ?? notification.subject}</Link> : notification.subject}</dd></>}
        {cause.actorId && <><dt>{t("audit.actor")}</dt><dd><Link to={`/people/${cause.actorId}`}>{cause.actorName ?? cause.actorId}</Link> · {of("role", cause.actorRole ?? "")}</dd></>}
        {cause.campaign && <><dt>{t("trace.campaign")}</dt><dd><Link to={`/campaigns/${cause.campaignId}`}>{cause.campaign}</Link></dd></>}
        {cause.requestId && <><dt>{t("audit.request")}</dt><dd className="mono">{cause.requestId}</dd></>}
        <dt>{t("id")}</dt><dd className="mono">{notification.id}</dd>
      </dl>
    </Card>
  );
}

function DeliveryCard({ delivery, onChanged }: { delivery: Delivery; onChanged: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t, of, language } = useText();
  const retry = async () => {
    await rest.send("post", `/api/admin/notifications/deliveries/${delivery.id}/retry`);
    onChanged();
  };
  const moments: Moment[] = [
    ...delivery.steps.map((step): Moment => ({ at: step.at, title: <><StatusBadge status={step.status} /> {of("why", step.reason)}</>, detail: step.dueAt > step.at ? t("trace.due", { time: new Date(step.dueAt).toLocaleString(language) }) : null })),
    ...delivery.attempts.map((one): Moment => ({ at: one.startedAt, title: <>{t("trace.attempt", { number: one.number, provider: one.provider })} {one.outcome && <Badge tone={one.outcome === "sent" ? "green" : "amber"}>{of("status", one.outcome)}</Badge>}</>, detail: [one.milliseconds === null ? null : `${one.milliseconds} ms`, one.answer].filter(Boolean).join(" · ") })),
    ...delivery.receipts.map((one): Moment => ({ at: one.at, title: <>{t("trace.receipt")} <StatusBadge status={one.status} /></>, detail: one.detail, tone: "green", vendors: true })),
  ];
  return (
    <Card
      title={<>{of("channel", delivery.channel)} <StatusBadge status={delivery.status} /></>}
      tools={["failed", "undelivered"].includes(delivery.status) && <ActionButton action={retry} done={t("done")}>{t("trace.retry")}</ActionButton>}
    >
      <p className="muted breaks">{[delivery.address, delivery.provider, delivery.reference, delivery.reason && of("why", delivery.reason), delivery.digest && "digest", delivery.fallback && "fallback"].filter(Boolean).join(" · ")}</p>
      {delivery.error && <pre className="code">{delivery.error}</pre>}
      <Moments moments={moments} />
    </Card>
  );
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" };

/** The latest ms at which it can have been: some vendors give whole seconds. */
function latest({ at, vendors }: Moment): number {
  const ms = new Date(at).getTime();
  return vendors && ms % 1000 === 0 ? ms + 999 : ms;
}

function Moments({ moments }: { moments: Moment[] }): ReactNode {
  const { language } = useText();
  const sorted = [...moments].sort((one, other) => latest(one) - latest(other));
  const clock = (at: string) => new Date(at).toLocaleTimeString(language, CLOCK);
  return (
    <ol className="timeline">
      {sorted.map((one, index) => (
        <li key={index} className={one.tone}>
          {one.title} <small><time dateTime={one.at} title={new Date(one.at).toLocaleString(language)}>{clock(one.at)}</time>{one.detail && ` · ${one.detail}`}</small>
        </li>
      ))}
    </ol>
  );
}
