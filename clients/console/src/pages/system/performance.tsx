// Durations of a window: routes, queues, vendors, and what they wait for.
import type { Performance, PerformanceWindow } from "@metaia/client/system";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { Bar, Pages, Tile, usePolled, useSystem } from "./parts.js";
import { useSystemText } from "./text.js";

const EVERY = 15_000; // ms; processes report once a minute
const WINDOWS: PerformanceWindow[] = ["5m", "1h", "24h"];
const MOST = 100; // routes

export function PerformancePage(): ReactNode {
  const system = useSystem();
  const { t } = useText();
  const { s, named } = useSystemText();
  const { Choose, Filters } = staff.views!; // its script has loaded before this one
  const [window, setWindow] = useState<PerformanceWindow>("1h");
  const { value: found, failed } = usePolled((signal) => system.performance(window, signal), window, EVERY);
  return (
    <>
      <Card title={s("performance")} tools={<Pages here="/system/performance" />}>
        <Filters>
          <Choose label={s("window")} value={window} onChange={(value) => setWindow(value as PerformanceWindow)} options={WINDOWS.map((one) => [one, named("window", one)])} />
        </Filters>
        {found?.asOf && <p className="muted small">{s("as_of")} <TimeAgo at={found.asOf} /></p>}
        {failed && found && <p className="error" role="alert">{s("stale")}</p>}
      </Card>
      {found === null && <Empty title={s("not_loaded")} />}
      {found === undefined && <Skeleton lines={8} />}
      {found && <Figures found={found} />}
    </>
  );
}

function Figures({ found }: { found: Performance }): ReactNode {
  const { s, time, number } = useSystemText();
  const { database, hubLag, events } = found;
  return (
    <>
      <div className="tiles">
        <Tile label={s("hub")} value={time(hubLag.p99)} note={s("worst", { time: time(hubLag.worst) })} />
        <Tile label={s("emit")} value={time(events.emitP99)} note={s("acknowledged", { time: time(events.acknowledgedP99) })} />
        <Tile label={s("pool")} value={time(database.waitP95)} note={s("pool.note", { busy: number(database.pool.busy), size: number(database.pool.size) })}>
          <Bar share={database.pool.size ? database.pool.busy / database.pool.size : 0} />
        </Tile>
      </div>
      <Routes found={found} />
      <div className="columns"><Jobs found={found} /><Providers found={found} /></div>
    </>
  );
}

function Routes({ found }: { found: Performance }): ReactNode {
  const { s, time, number } = useSystemText();
  const { Choose, Filters } = staff.views!;
  const [order, setOrder] = useState<"count" | "p95" | "errorRate">("count");
  const rows = [...found.routes].sort((a, b) => (b[order] ?? 0) - (a[order] ?? 0)).slice(0, MOST);
  const most = Math.max(1e-9, ...rows.map((one) => one.p95 ?? 0));
  return (
    <Card title={s("routes")}>
      <Filters>
        <Choose label={s("ordered_by")} value={order} onChange={(value) => setOrder(value as typeof order)} options={[["count", s("requests")], ["p95", "p95"], ["errorRate", s("error_rate")]]} />
      </Filters>
      {rows.length === 0 ? <Empty title={s("none")} /> : (
        <Table
          caption={s("routes")}
          rows={rows}
          keyOf={(one) => `${one.method} ${one.route}`}
          columns={[
            { title: s("route"), cell: (one) => <span className="mono long">{one.method} {one.route}</span> },
            { title: s("requests"), right: true, cell: (one) => number(one.count) },
            { title: s("error_rate"), right: true, cell: (one) => (one.errorRate ? <Badge tone="red">{number(one.errorRate * 100, 2)} %</Badge> : "0") },
            { title: "p50", right: true, cell: (one) => time(one.p50) },
            { title: "p95", right: true, cell: (one) => <>{time(one.p95)}<Bar share={(one.p95 ?? 0) / most} /></> },
            { title: "p99", right: true, cell: (one) => time(one.p99) },
          ]}
        />
      )}
    </Card>
  );
}

function Jobs({ found }: { found: Performance }): ReactNode {
  const { s, time, number } = useSystemText();
  return (
    <Card title={s("queues")}>
      {found.jobs.length === 0 ? <Empty title={s("none")} /> : (
        <Table
          caption={s("queues")}
          rows={found.jobs}
          keyOf={(one) => one.queue}
          columns={[
            { title: s("queue"), cell: (one) => <strong>{one.queue}</strong> },
            { title: s("per_minute"), right: true, cell: (one) => number(one.perMinute, 1) },
            { title: s("wait"), right: true, cell: (one) => time(one.waitP95) },
            { title: s("run"), right: true, cell: (one) => time(one.runP95) },
            { title: s("failed"), right: true, cell: (one) => number(one.failed) },
          ]}
        />
      )}
    </Card>
  );
}

function Providers({ found }: { found: Performance }): ReactNode {
  const { s, time, number, named } = useSystemText();
  return (
    <Card title={s("providers")}>
      {found.providers.length === 0 ? <Empty title={s("none")} /> : (
        <Table
          caption={s("providers")}
          rows={found.providers}
          keyOf={(one) => one.name}
          columns={[
            { title: s("provider"), cell: (one) => <strong>{one.name}</strong> },
            { title: s("calls"), right: true, cell: (one) => number(one.calls) },
            { title: s("failed"), right: true, cell: (one) => number(one.errors) },
            { title: "p95", right: true, cell: (one) => time(one.p95) },
            { title: s("breaker"), cell: (one) => <Badge tone={one.breaker === "open" ? "red" : "green"}>{named("breaker", one.breaker)}</Badge> },
          ]}
        />
      )}
    </Card>
  );
}
