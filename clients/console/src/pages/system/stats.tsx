// The state of the installation: processes, queues, log, database, Redis, storage.
import type { SystemStats } from "@metaia/client/system";
import { useEffect, useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { Bar, Pages, Tile, usePolled, useSystem } from "./parts.js";
import { useSystemText } from "./text.js";

const EVERY = 5_000; // ms: the server computes them as often
const ROOM = 60;

const sum = (counts: unknown): number => Object.values((counts ?? {}) as Record<string, number>).reduce((all, one) => all + one, 0);

export function StatsPage(): ReactNode {
  const system = useSystem();
  const { t } = useText();
  const { s } = useSystemText();
  const { value: stats, failed } = usePolled((signal) => system.stats(signal), "stats", EVERY);
  const [rates, setRates] = useState<number[]>([]);
  const rate = stats?.log?.eventsPerSecond ?? null;
  useEffect(() => {
    if (stats && rate !== null) setRates((before) => [...before, rate].slice(-ROOM));
  }, [stats?.asOf]);
  if (stats === null) return <Empty title={s("not_loaded")} />;
  if (!stats) return <Skeleton lines={8} />;
  return (
    <>
      <Card title={s("stats")} tools={<Pages here="/system" />}>
        <p className="muted small">{s("as_of")} <TimeAgo at={stats.asOf} /></p>
        {failed && <p className="error" role="alert">{s("stale")}</p>}
        {stats.unavailable.length > 0 && <p className="error" role="alert">{s("unavailable", { parts: stats.unavailable.join(", ") })}</p>}
      </Card>
      <Tiles stats={stats} rates={rates} />
      <div className="columns">
        <div className="stack"><Processes stats={stats} /><Queues stats={stats} /></div>
        <div className="stack"><Estimates stats={stats} /></div>
      </div>
    </>
  );
}

function Tiles({ stats, rates }: { stats: SystemStats; rates: number[] }): ReactNode {
  const { s, number, bytes, time } = useSystemText();
  const { Spark } = staff.views!; // its script has loaded before this one
  const { log, database, redis, storage, outbox } = stats;
  return (
    <div className="tiles">
      <Tile label={s("connections")} value={number(sum(stats.connections.byKind))} note={s("online", { count: number(stats.online ? sum(stats.online) : null) })} />
      <Tile label={s("events")} value={s("per_second", { count: number(log?.eventsPerSecond, 1) })} note={s("log.note", { days: number(log?.days), size: bytes(log?.bytesPerDay) })}>
        <Spark values={rates} room={ROOM} label={s("events")} />
      </Tile>
      <Tile label={s("outbox")} value={number(outbox ? outbox.events + outbox.jobs : null)} note={s("oldest", { time: time(outbox?.oldestSeconds) })} />
      <Tile label={s("database")} value={bytes(database?.size)} note={s("database.note", { count: number(database?.connections), most: number(database?.mostConnections), time: time(database?.longestTransactionSeconds) })}>
        <Bar share={database ? database.connections / database.mostConnections : 0} />
      </Tile>
      <Tile label="Redis" value={bytes(redis?.memory)} note={s("clients", { count: number(redis?.clients) })} />
      <Tile label={s("storage")} value={bytes(storage?.bytes)} note={s("files", { count: number(storage?.files), store: storage?.store ?? "–" })} />
    </div>
  );
}

function Processes({ stats }: { stats: SystemStats }): ReactNode {
  const { s, number } = useSystemText();
  return (
    <Card title={s("processes")}>
      <Table
        caption={s("processes")}
        rows={stats.processes}
        keyOf={(one) => one.name}
        columns={[
          { title: s("process"), cell: (one) => <span className="badges"><span className="mono">{one.name}</span>{one.leading && <Badge tone="violet">{s("leads")}</Badge>}</span> },
          { title: s("connections"), right: true, cell: (one) => number(one.connections) },
          { title: s("rooms"), right: true, cell: (one) => number(one.rooms) },
          { title: s("behind"), right: true, cell: (one) => number(one.eventsBehind) },
          { title: s("exceptions"), right: true, cell: (one) => number(one.exceptions) + (one.exceptionsDropped ? ` (+${number(one.exceptionsDropped)})` : "") },
        ]}
      />
    </Card>
  );
}

function Queues({ stats }: { stats: SystemStats }): ReactNode {
  const { s, number, time } = useSystemText();
  return (
    <Card title={s("queues")}>
      <Table
        caption={s("queues")}
        rows={stats.queues ?? []}
        keyOf={(one) => one.name}
        columns={[
          { title: s("queue"), cell: (one) => <strong>{one.name}</strong> },
          { title: s("waiting"), right: true, cell: (one) => number(one.waiting) },
          { title: s("oldest.title"), right: true, cell: (one) => time(one.oldestSeconds) },
          { title: s("failed"), right: true, cell: (one) => (one.failed ? <Badge tone="red">{number(one.failed)}</Badge> : "0") },
        ]}
      />
    </Card>
  );
}

function Estimates({ stats }: { stats: SystemStats }): ReactNode {
  const { s, number } = useSystemText();
  const rows = stats.database?.rowEstimates ?? [];
  const most = Math.max(1, ...rows.map((one) => one.rows));
  return (
    <Card title={s("rows")}>
      <Table
        caption={s("rows")}
        rows={rows}
        keyOf={(one) => one.table}
        columns={[
          { title: s("table"), cell: (one) => <span className="mono">{one.table}</span> },
          { title: s("rows.about"), right: true, cell: (one) => number(one.rows) },
          { title: s("share"), cell: (one) => <Bar share={one.rows / most} /> },
        ]}
      />
    </Card>
  );
}
