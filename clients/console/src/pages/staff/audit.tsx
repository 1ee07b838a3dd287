// The audit log: one line per entry, its details on request.
import type { Schemas } from "@metaia/client";
import { useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { TimeAgo } from "../../ui/format.js";
import { Choose, Filters, Search } from "./filters.js";
import { List, useList } from "./list.js";
import { useNames } from "./names.js";

type Entry = Schemas["EntryOut"] & { id: string };

export function AuditLog(): ReactNode {
  const { t, of } = useText();
  const [action, setAction] = useState("");
  const [subject, setSubject] = useState("");
  const [actor, setActor] = useState("");
  const [sort, setSort] = useState("-at");
  const [open, setOpen] = useState<Entry | null>(null);
  const list = useList<Entry>("/api/admin/audit", "entries", { action, subject, actor, sort });
  const rows = list.rows?.map((one, index) => ({ ...one, id: `${one.at} ${one.number ?? index}` }));
  const names = useNames([...new Set(rows?.flatMap((one) => one.actorId ?? []))]);
  return (
    <Card title={t("nav.audit")}>
      <Filters>
        <Search label={t("audit.action")} value={action} onChange={setAction} />
        <Search label={t("audit.subject")} value={subject} onChange={setSubject} />
        <Search label={t("audit.actor_id")} value={actor} onChange={setActor} />
        <Choose label={t("sort")} value={sort} onChange={setSort} options={[["-at", t("sort.-createdAt")], ["at", t("sort.createdAt")]]} />
      </Filters>
      <List
        list={{ ...list, rows }}
        none={t("list.no_match")}
        caption={t("nav.audit")}
        name={(one) => one.action}
        onOpen={setOpen}
        columns={[
          { title: t("audit.number"), cell: (one) => <span className="mono">{one.number ?? "–"}</span> },
          { title: t("audit.action"), cell: (one) => <span className="mono">{one.action}</span> },
          { title: t("audit.actor"), cell: (one) => <span className="badges">{one.actorId ? names[one.actorId]?.name ?? "…" : t("audit.system")} {one.actorRole && <Badge>{of("role", one.actorRole)}</Badge>}</span> },
          { title: t("audit.subject"), cell: (one) => <span className="mono clip">{one.subject ?? "–"}</span> },
          { title: t("audit.at"), cell: (one) => <TimeAgo at={one.at} /> },
        ]}
      />
      {open && <EntryDialog entry={open} onClose={() => setOpen(null)} />}
    </Card>
  );
}

function EntryDialog({ entry, onClose }: { entry: Entry; onClose: () => void }): ReactNode {
  const { t, language } = useText();
  const order = /^order-([\w-]+)$/.exec(entry.subject ?? "")?.[1];
  const user = /^user-([\w-]+)$/.exec(entry.subject ?? "")?.[1];
  const facts: [string, ReactNode][] = [
    [t("audit.at"), new Date(entry.at).toLocaleString(language)],
    [t("audit.actor"), entry.actorId ? <Link to={`/people/${entry.actorId}`}>{entry.actorId}</Link> : t("audit.system")],
    [t("audit.impersonator"), entry.impersonatorId],
    [t("audit.subject"), order ? <Link to={`/orders/${order}`}>{entry.subject}</Link> : user ? <Link to={`/people/${user}`}>{entry.subject}</Link> : entry.subject],
    [t("audit.address"), entry.address],
    [t("audit.request"), entry.requestId],
    [t("audit.hash"), entry.hash],
  ];
  return (
    <Dialog title={entry.action} onClose={onClose}>
      <dl className="facts">
        {facts.filter(([, value]) => value).map(([name, value]) => <><dt>{name}</dt><dd className="mono">{value}</dd></>)}
      </dl>
      {(["before", "after"] as const).map((name) => entry[name] && (
        <section key={name}>
          <h3>{t(`audit.${name}`)}</h3>
          <pre className="code">{JSON.stringify(entry[name], null, 2)}</pre>
        </section>
      ))}
    </Dialog>
  );
}
