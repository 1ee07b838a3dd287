// One call of a vendor: what it states, what its processing has made, another try, and a dry run.
import type { Schemas } from "@metaia/client";
import { useMetaia, useUser } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useAttempt } from "../../ui/toast.js";
import { useIsAdmin } from "./personActions.js";
import { Part, ReplayDialog } from "./webhookReplay.js";

type Call = { call: Schemas["WebhookOut"]; facts: Schemas["WebhookFactOut"][]; effects: Schemas["EffectsOut"]; tries: Schemas["TriesOut"] };
type Body = Schemas["BodyOut"];

export function WebhookPage({ id }: { id: string }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const attempt = useAttempt();
  const [admin, role] = [useIsAdmin(), useUser()?.role];
  const [found, setFound] = useState<Call | null>();
  const [body, setBody] = useState<Body>();
  const [dry, setDry] = useState(false);
  const path = `/api/admin/webhooks/${id}`;
  const load = useCallback(() => {
    void attempt(async () => setFound((await rest.send("get", path)).data)).then((went) => went || setFound((before) => before ?? null));
  }, [rest, attempt, path]);
  useEffect(load, [load]);
  if (found === null) return <Empty title={t("list.failed")}><Link to="/webhooks">{t("nav.webhooks")}</Link></Empty>;
  if (!found) return <Skeleton lines={8} />;
  const retry = async () => {
    await rest.send("post", `${path}/retry`);
    load();
  };
  const read = async () => setBody((await rest.send("get", `${path}/body`)).data.body);
  return (
    <div className="columns">
      <div className="stack">
        <Stated facts={found.facts} />
        <Made effects={found.effects} />
      </div>
      <Card
        title={<span className="mono long">{found.call.type ?? found.call.source}</span>}
        tools={<Link className="button quiet" to="/webhooks">{t("nav.webhooks")}</Link>}
      >
        <Facts found={found} />
        {found.tries.error && <pre className="code" tabIndex={0}>{found.tries.error}</pre>}
        <div className="badges">
          {found.call.state === "quarantined" && <ActionButton kind="primary" action={retry} done={t("done")}>{t("webhook.retry")}</ActionButton>}
          {admin && found.call.bytes !== null && <Button onClick={() => setDry(true)}>{t("webhook.dry_run")}</Button>}
          {role === "super_admin" && found.call.bytes !== null && <ActionButton kind="quiet" action={read}>{t("webhook.body")}</ActionButton>}
        </div>
      </Card>
      {dry && <ReplayDialog ids={[id]} onClose={() => setDry(false)} onReplayed={load} />}
      {body && (
        <Dialog title={t("webhook.body")} onClose={() => setBody(undefined)}>
          <p className="long mono">SHA-256 {body.sha256}</p>
          <pre className="code" tabIndex={0}>{body.text ?? body.base64}</pre>
        </Dialog>
      )}
    </div>
  );
}

function Facts({ found: { call, tries } }: { found: Call }): ReactNode {
  const { t, language } = useText();
  const time = (at: string | null) => at && new Date(at).toLocaleString(language);
  const facts: [string, ReactNode][] = [
    [t("webhook.source"), call.source],
    [t("order.status"), <StatusBadge status={call.state} />],
    [t("webhook.subject"), call.subject && <span className="mono long">{call.subject}</span>],
    [t("webhook.received"), time(call.receivedAt)],
    [t("webhook.digested"), time(call.digestedAt)],
    [t("webhook.next"), call.state === "waiting" ? time(tries.nextAt) : null],
    [t("webhook.tries"), String(tries.count)],
    [t("webhook.replays"), call.replayed > 0 && String(call.replayed)],
    [t("webhook.bytes"), call.bytes === null ? t("webhook.gone") : call.bytes.toLocaleString(language)],
    [t("id"), <span className="mono long">{call.id}</span>],
  ];
  return <dl className="facts">{facts.filter(([, value]) => value).map(([name, value]) => <><dt>{name}</dt><dd>{value}</dd></>)}</dl>;
}

function Stated({ facts }: { facts: Call["facts"] }): ReactNode {
  const { t, language } = useText();
  return (
    <Card title={t("webhook.facts")}>
      {facts.length === 0 ? <Empty title={t("webhook.no_facts")} /> : (
        <Table
          rows={facts}
          caption={t("webhook.facts")}
          keyOf={(one) => `${one.kind} ${one.reference} ${one.status}`}
          columns={[
            { title: t("webhook.kind"), cell: (one) => one.kind },
            { title: t("webhook.reference"), cell: (one) => <span className="mono long">{one.reference}</span> },
            { title: t("order.status"), cell: (one) => one.status },
            { title: t("webhook.amount"), right: true, cell: (one) => (one.amount !== null && one.currency ? <Money amount={one.amount} currency={one.currency} /> : "–") },
            { title: t("webhook.at"), cell: (one) => (one.at ? new Date(one.at).toLocaleString(language) : "–") },
          ]}
        />
      )}
    </Card>
  );
}

function Made({ effects: { postings, events, notifications } }: { effects: Call["effects"] }): ReactNode {
  const { t } = useText();
  const none = postings.length + events.length + notifications.length === 0;
  return (
    <Card title={t("webhook.effects")}>
      {none && <Empty title={t("webhook.no_change")} />}
      {postings.length > 0 && <Part title={t("webhook.postings")}><ul className="plain">{postings.map((one) => <li key={one.id} className="mono long">{one.key}</li>)}</ul></Part>}
      {events.length > 0 && <Part title={t("webhook.events")}><ul className="plain">{events.map((one) => <li key={one.id} className="long"><span className="mono">{one.type}</span> {one.subject}</li>)}</ul></Part>}
      {notifications.length > 0 && <Part title={t("nav.messages")}><ul className="plain">{notifications.map((one) => <li key={one.id}><Link to={`/messages/${one.id}`}>{one.type}</Link></li>)}</ul></Part>}
    </Card>
  );
}
