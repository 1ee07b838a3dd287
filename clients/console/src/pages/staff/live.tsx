// What happens on the server now: connections, deliveries, lags, processes, and who is online.
import { usePresence } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Badge, StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useNames } from "./names.js";
import { Person } from "./people.js";
import { Spark } from "./spark.js";
import { behind, connections, lag, quantile, rates, ROOM, sum, useSamples, written, type Sample } from "./statistics.js";

const SHOWN = 50; // users online, until more are asked for

export function Live(): ReactNode {
  const { samples, failed } = useSamples();
  const { t } = useText();
  const last = samples[samples.length - 1];
  if (!last) return failed ? <Empty title={t("list.failed")} /> : <Skeleton lines={8} />;
  return (
    <>
      {failed && <p className="error" role="alert">{t("live.stale")}</p>}
      <Tiles samples={samples} last={last} />
      <div className="columns">
        <div className="stack">
          <Processes last={last} />
          <Counters last={last} />
        </div>
        <div className="stack">
          <Online />
        </div>
      </div>
    </>
  );
}

function Tiles({ samples, last }: { samples: Sample[]; last: Sample }): ReactNode {
  const { t } = useText();
  const sends = rates(samples, (one) => written(one, "sends"));
  const bytes = rates(samples, (one) => written(one, "bytes")).map((one) => one / 1024);
  const newest = (values: number[]) => values[values.length - 1] ?? 0;
  const bound = (value: number | null) => (value === null ? "–" : value === Infinity ? "> 10 s" : `≤ ${value} ms`);
  return (
    <div className="tiles">
      <Tile label={t("live.connections")} value={connections(last)} values={samples.map(connections)} note={kinds(last)} />
      <Tile label={t("live.deliveries")} value={newest(sends)} unit={t("live.per_second")} values={sends} note={t("live.since_start", { count: written(last, "sends") })} />
      <Tile label={t("live.bytes")} value={newest(bytes)} unit={t("live.kb_per_second")} values={bytes} note={t("live.frames", { count: written(last, "frames") })} />
      <Tile label={t("live.lag")} value={lag(last)} unit="ms" values={samples.map(lag)} note={t("live.p95", { time: bound(quantile(last, "emitted", 0.95)) })} />
      <Tile label={t("live.behind")} value={behind(last)} values={samples.map(behind)} note={t("live.loop", { time: bound(quantile(last, "hubLag", 0.99)) })} />
    </div>
  );
}

const kinds = ({ stats }: Sample): string =>
  Object.entries(stats.total.connections as Record<string, number>).map(([kind, count]) => `${kind} ${count}`).join(" · ") || "–";

function Tile({ label, value, unit, values, note }: { label: string; value: number; unit?: string; values: number[]; note: string }): ReactNode {
  const { language } = useText();
  const shown = value.toLocaleString(language, { maximumFractionDigits: value < 10 ? 1 : 0 });
  return (
    <section className="card tile">
      <h2>{label}</h2>
      <p className="tile-value">{shown} {unit && <small>{unit}</small>}</p>
      <Spark values={values} room={ROOM} label={label} />
      <small className="muted">{note}</small>
    </section>
  );
}

function Processes({ last: { stats } }: { last: Sample }): ReactNode {
  const { t, language } = useText();
  const rows = Object.entries(stats.processes as Record<string, { connections: object; rooms: number; head: number; leading: boolean }>).map(([name, one]) => ({ name, ...one }));
  return (
    <Card title={t("live.processes", { count: rows.length })}>
      <Table
        caption={t("live.processes", { count: rows.length })}
        rows={rows}
        keyOf={(one) => one.name}
        columns={[
          { title: t("live.process"), cell: (one) => <span className="badges"><span className="mono">{one.name}</span>{one.leading && <Badge tone="violet">{t("live.leads")}</Badge>}</span> },
          { title: t("live.connections"), right: true, cell: (one) => sum(one.connections).toLocaleString(language) },
          { title: t("live.rooms"), right: true, cell: (one) => one.rooms.toLocaleString(language) },
          { title: t("live.position"), right: true, cell: (one) => one.head.toLocaleString(language) },
          { title: t("live.behind"), right: true, cell: (one) => ((stats.lag.feedEvents as Record<string, number>)[one.name] ?? 0).toLocaleString(language) },
        ]}
      />
    </Card>
  );
}

function Counters({ last: { stats } }: { last: Sample }): ReactNode {
  const { t, of, language } = useText();
  const groups = (["roles", "replay", "ended", "moved", "webhooks"] as const).map((name) => [name, Object.entries((stats.total[name] ?? {}) as Record<string, number>)] as const);
  return (
    <Card title={t("live.counters")}>
      <div className="groups">
        {groups.map(([name, counts]) => (
          <section key={name}>
            <h3>{t(`live.${name}`)}</h3>
            {counts.length === 0 ? <p>–</p> : <dl className="counts">
              {counts.map(([what, count]) => <div key={what}><dt>{name === "roles" ? of("role", what) : what.replaceAll("_", " ")}</dt><dd>{count.toLocaleString(language)}</dd></div>)}
            </dl>}
          </section>
        ))}
      </div>
    </Card>
  );
}

function Online(): ReactNode {
  const { t, of, language } = useText();
  const [shown, setShown] = useState(SHOWN);
  const { users, more } = usePresence();
  const names = useNames(users.slice(0, shown).map((one) => one.userId));
  return (
    <Card title={t(more ? "live.online_more" : "live.online", { count: users.length.toLocaleString(language) })}>
      {users.length === 0 && <Empty title={t("live.nobody")} />}
      <ul className="rows">
        {users.slice(0, shown).map((one) => (
          <li key={one.userId}>
            <Link className="grow" to={`/people/${one.userId}`}><Person name={names[one.userId]?.name ?? "…"} email={of("role", one.role)} /></Link>
            <StatusBadge status={one.status} />
          </li>
        ))}
      </ul>
      {users.length > shown && (
        <Button kind="quiet" className="wide" onClick={() => setShown(shown + SHOWN)}>{t("more", { count: Math.min(SHOWN, users.length - shown) })}</Button>
      )}
    </Card>
  );
}
