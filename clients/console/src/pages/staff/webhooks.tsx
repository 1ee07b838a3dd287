// The inbox of vendors' webhooks: what waits, what failed, and a dry run of what is shown.
import type { Schemas } from "@metaia/client";
import { useState, type ReactNode } from "react";
import { Link, useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Choose, Filters, Search } from "./filters.js";
import { List, useList } from "./list.js";
import { useIsAdmin } from "./personActions.js";
import { ReplayDialog } from "./webhookReplay.js";

type Webhook = Schemas["WebhookOut"];
const STATES = ["waiting", "digested", "quarantined"];
const AT_ONCE = 50; // calls of a replay in one request

export function Webhooks(): ReactNode {
  const { t, of } = useText();
  const admin = useIsAdmin();
  const { go } = useRouter();
  const [state, setState] = useState("");
  const [source, setSource] = useState("");
  const [type, setType] = useState("");
  const [q, setQ] = useState("");
  const [sort, setSort] = useState("-receivedAt");
  const [replayed, setReplayed] = useState<string[]>();
  const list = useList<Webhook>("/api/admin/webhooks", "webhooks", { state, source, type, q, sort });
  const shown = list.rows?.slice(0, AT_ONCE).map((one) => one.id) ?? [];
  return (
    <Card
      title={t("nav.webhooks")}
      tools={
        <>
          {admin && <Link className="button quiet" to="/webhooks/out">{t("webhook.out")}</Link>}
          <Link className="button quiet" to="/webhooks/refusals">{t("webhook.refusals")}</Link>
          {admin && <Button disabled={shown.length === 0} onClick={() => setReplayed(shown)}>{t("webhook.dry_run_shown", { count: shown.length })}</Button>}
          <Button kind="quiet" onClick={list.reload}>{t("list.reload")}</Button>
        </>
      }
    >
      <Filters>
        <Search label={t("webhook.source")} value={source} onChange={setSource} max={40} />
        <Search label={t("webhook.type")} value={type} onChange={setType} max={60} />
        <Search label={t("webhook.q")} value={q} onChange={setQ} />
        <Choose label={t("order.status")} all={t("filter.all_statuses")} value={state} onChange={setState} options={STATES.map((one) => [one, of("status", one)] as const)} />
        <Choose label={t("sort")} value={sort} onChange={setSort} options={[["-receivedAt", t("sort.-createdAt")], ["receivedAt", t("sort.createdAt")]]} />
      </Filters>
      <List
        list={list}
        none={t("webhook.none")}
        caption={t("nav.webhooks")}
        name={(one) => `${one.source}, ${one.type ?? ""}, ${of("status", one.state)}`}
        onOpen={(one) => go(`/webhooks/${one.id}`)}
        columns={[
          { title: t("webhook.source"), cell: (one) => <strong>{one.source}</strong> },
          { title: t("webhook.type"), cell: (one) => <span className="mono">{one.type ?? "–"}</span> },
          { title: t("webhook.subject"), cell: (one) => <span className="mono clip">{one.subject ?? "–"}</span> },
          { title: t("order.status"), cell: (one) => <StatusBadge status={one.state} /> },
          { title: t("webhook.tries"), right: true, cell: (one) => one.tries },
          { title: t("webhook.received"), cell: (one) => <TimeAgo at={one.receivedAt} /> },
        ]}
      />
      {replayed && <ReplayDialog ids={replayed} onClose={() => setReplayed(undefined)} onReplayed={list.reload} />}
    </Card>
  );
}
