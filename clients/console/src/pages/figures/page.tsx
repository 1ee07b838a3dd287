// The dashboard of staff: cards of today, what needs attention, and a chart of one value of a period.
import type { DashboardCard, FigureBucket, FigureSet, FigureValue, GroupBy } from "@metaia/client/analytics";
import { useDashboard, useFigures } from "@metaia/client/analytics/react";
import { useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Chart } from "./chart.js";
import { DrillDialog, type Drilled } from "./drill.js";
import { useFigureText } from "./text.js";

// The values that the chart offers, and whether only admins see them.
const VALUES: [FigureSet, string, boolean][] = [
  ["orders", "placed", false],
  ["orders", "gmv", true],
  ["orders", "completed", false],
  ["orders", "cancelled", false],
  ["revenue", "gross", true],
  ["revenue", "net", true],
  ["revenue", "refunds", true],
  ["users", "registered", false],
  ["users", "active", false],
];
const DAYS = [7, 30, 90];
const isAmounts = (value: FigureValue | undefined): value is Record<string, number> => typeof value === "object" && value !== null;
const day = (before: number) => new Date(Date.now() - before * 86_400_000).toLocaleDateString("sv");

export function FiguresPage(): ReactNode {
  const { f, named } = useFigureText();
  const { data, meta, error } = useDashboard();
  const [drilled, setDrilled] = useState<Drilled | null>(null);
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  if (!data) return error ? <Empty title={f("failed")} /> : <Skeleton lines={8} />;
  return (
    <>
      {meta?.rebuilding && <p className="muted" role="status">{f("rebuilding", { done: meta.rebuilding.done, of: meta.rebuilding.of })}</p>}
      <div className="tiles">{data.cards.map((card) => <Tile key={card.key} card={card} onOpen={setDrilled} />)}</div>
      <Card title={f("attention")}>
        {data.attention.length === 0 && <p className="muted">{f("attention.none")}</p>}
        <ul className="plain">
          {data.attention.map((one) => (
            <li key={one.key}>
              <Badge tone="amber">{one.count}</Badge> {named("attention", one.key)} {one.oldestAt && <small className="muted"><TimeAgo at={one.oldestAt} /></small>}
            </li>
          ))}
        </ul>
      </Card>
      <Period admin={admin} onOpen={setDrilled} />
      {drilled && <DrillDialog of={drilled} onClose={() => setDrilled(null)} />}
    </>
  );
}

function Shown({ value, unit }: { value: FigureValue; unit: string }): ReactNode {
  const { f, number } = useFigureText();
  if (value === null) return <>–</>;
  if (isAmounts(value)) {
    const all = Object.entries(value);
    return all.length ? <>{all.map(([currency, amount]) => <div key={currency}><Money amount={amount} currency={currency} /></div>)}</> : <>–</>;
  }
  return <>{unit === "seconds" ? f("minutes", { count: number(value / 60) }) : number(value)}</>;
}

function Tile({ card, onOpen }: { card: DashboardCard; onOpen: (drilled: Drilled) => void }): ReactNode {
  const { f, named, number } = useFigureText();
  const { drill, changePercent: change } = card;
  return (
    <section className="card tile">
      <h2>{named("card", card.key)}</h2>
      <div className="tile-value"><Shown value={card.value} unit={card.unit} /></div>
      {typeof change === "number" && <small className="muted">{f("change", { percent: `${change > 0 ? "+" : ""}${number(change)}` })}</small>}
      {drill && <Button kind="quiet" onClick={() => onOpen(drill)} aria-label={`${f("open")}: ${named("card", card.key)}`}>{f("open")}</Button>}
    </section>
  );
}

function Period({ admin, onOpen }: { admin: boolean; onOpen: (drilled: Drilled) => void }): ReactNode {
  const { f, named, number } = useFigureText();
  const { Choose, Filters } = staff.views!; // its script has loaded before this one
  const offered = VALUES.filter(([, , admins]) => admin || !admins);
  const [chosen, setChosen] = useState("orders.placed");
  const [days, setDays] = useState(30);
  const [set, value] = chosen.split(".") as [FigureSet, string];
  const groupBy: GroupBy = days > 31 ? "week" : "day";
  const period = { from: day(days - 1), to: day(0), groupBy };
  const { data, meta, error } = useFigures(set, { ...period, compare: "previous" });
  const total = data?.totals[value];
  const currencies = isAmounts(total) ? Object.keys(total) : [null];
  const read = (currency: string | null) => ({ values }: FigureBucket): number => {
    const found = values[value];
    return isAmounts(found) ? (found[currency ?? ""] ?? 0) : Number(found ?? 0);
  };
  return (
    <Card title={f("period")}>
      <Filters>
        <Choose label={f("value")} value={chosen} onChange={setChosen} options={offered.map(([one, key]) => [`${one}.${key}`, named("value", key)])} />
        <Choose label={f("days")} value={String(days)} onChange={(one: string) => setDays(Number(one))} options={DAYS.map((one) => [String(one), f("days.last", { count: one })])} />
      </Filters>
      {error !== null && <p className="error" role="alert">{f("failed")}</p>}
      {!data && error === null && <Skeleton lines={4} />}
      {data && currencies.map((currency) => (
        <figure key={currency ?? ""}>
          <figcaption>
            {currency && <strong>{currency} </strong>}
            <Shown value={isAmounts(total) ? { [currency!]: total[currency!]! } : (total ?? null)} unit="count" />
            {" "}<small className="muted">{f("before")} <Shown value={before(data.compare?.totals[value], currency)} unit="count" /></small>
          </figcaption>
          <Chart
            buckets={data.series}
            read={read(currency)}
            show={number}
            label={named("value", value)}
            onOpen={(bucket) => onOpen({ set, value, ...period, bucket: bucket.bucket, ...(currency && { currency }) })}
          />
        </figure>
      ))}
      {meta && <p className="muted small">{f("asOf")} <TimeAgo at={meta.asOf.at} /> · {meta.tz}</p>}
    </Card>
  );
}

function before(value: FigureValue | undefined, currency: string | null): FigureValue {
  return isAmounts(value) ? { [currency!]: value[currency!] ?? 0 } : (value ?? null);
}
