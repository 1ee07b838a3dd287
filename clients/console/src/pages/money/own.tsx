// One's own money: the balance, sums of the last 30 days, statements to download, transactions.
import type { Statement, Summary, TransactionType } from "@metaia/client/finance";
import { useFinance, usePositions, useStatements, useSummaries, useTransactions } from "@metaia/client/finance/react";
import { useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { disputes, payouts } from "../../app/parts.js";
import { PARTNERS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Card, Empty } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Pages } from "./table.js";
import { useMoneyText, type MoneyKey } from "./text.js";

const TYPES: TransactionType[] = ["payment", "order", "earning", "refund", "repayment", "dispute", "cash", "handover", "payout", "settlement", "adjustment", "correction", "reversal"];
const TONES = { booked: "green", reversed: "grey" };

// What a position has, in the order in which it is shown.
const AMOUNTS = ["available", "payable", "held", "cashInHand", "inHand", "limit", "balance", "overdue"] as const;

export function MoneyPage(): ReactNode {
  const { m } = useMoneyText();
  const summaries = useSummaries();
  const role = useUser()?.role ?? "";
  return (
    <>
      <Positions />
      {role === "customer" && <Loaded part={payouts} lines={3} show={({ OwnCredit }) => <OwnCredit />} />}
      {[...PARTNERS, "delivery"].includes(role) && <Loaded part={payouts} lines={3} show={({ OwnPayouts }) => <OwnPayouts />} />}
      {PARTNERS.includes(role) && <Loaded part={disputes} lines={1} show={({ OwnDisputes }) => <OwnDisputes />} />}
      <Card title={m("last30")}>
        {summaries.error && !summaries.data ? <Empty title={m("failed")} />
          : !summaries.data ? <Skeleton lines={4} />
          : summaries.data.length === 0 ? <Empty title={m("none")} />
          : <div className="sums">{summaries.data.map((one) => <Sums key={one.currency} summary={one} />)}</div>}
      </Card>
      <Statements current={summaries.error ? [] : summaries.data?.map((one) => one.currency)} />
      <Transactions />
    </>
  );
}

/** What the user has now; nothing at all is not shown. */
function Positions(): ReactNode {
  const { m, named } = useMoneyText();
  const { data } = usePositions();
  if (!data?.length) return null;
  return (
    <Card title={m("now")}>
      <div className="sums">
        {data.map((one) => (
          <dl key={one.currency} className="facts sum">
            {AMOUNTS.map((name) => one[name] !== undefined && <><dt>{named("has", name)}</dt><dd><Money amount={one[name]} currency={one.currency} /></dd></>)}
          </dl>
        ))}
      </div>
    </Card>
  );
}

/** The parts of a summary; those that are 0 are left out. */
export function Sums({ summary }: { summary: Summary }): ReactNode {
  const { named } = useMoneyText();
  const parts = Object.entries(summary.partner ?? summary.customer ?? summary.house ?? {});
  return (
    <dl className="facts sum">
      {parts.filter(([name, amount]) => amount !== 0 || name === "net").map(([name, amount]) => (
        <><dt>{named("part", name)}</dt><dd><Money amount={amount} currency={summary.currency} /></dd></>
      ))}
    </dl>
  );
}

function Statements({ current }: { current: string[] | undefined }): ReactNode {
  const { m, month } = useMoneyText();
  const list = useStatements();
  const now = useCurrent(current);
  const rows = now && list.data && [...now, ...list.data];
  return (
    <Card title={m("statements")}>
      <Pages
        list={{ ...list, data: rows }}
        none={m("none.statements")}
        caption={m("statements")}
        keyOf={(one) => `${one.period} ${one.currency}`}
        columns={[
          { title: m("month"), cell: (one) => <span className="badges"><strong>{month(one.period)}</strong> <Badge tone={one.preliminary ? "amber" : "green"}>{m(one.preliminary ? "preliminary" : "statement.final")}</Badge></span> },
          { title: m("opening"), right: true, cell: (one) => <Money amount={one.opening} currency={one.currency} /> },
          { title: m("closing"), right: true, cell: (one) => <Money amount={one.closing} currency={one.currency} /> },
          { title: m("lines"), right: true, cell: (one) => one.lines },
          { title: "CSV, PDF", cell: (one) => <span className="badges">{(["csv", "pdf"] as const).map((format) => <Download key={format} statement={one} format={format} />)}</span> },
        ]}
      />
    </Card>
  );
}

/** The preliminary statements of the current month. */
function useCurrent(currencies: string[] | undefined): Statement[] | undefined {
  const finance = useFinance();
  const [found, setFound] = useState<Statement[]>();
  const wanted = currencies?.join();
  useEffect(() => {
    if (wanted === undefined) return;
    const period = new Date().toISOString().slice(0, 7);
    const asked = wanted.split(",").filter(Boolean).map((currency) => finance.statement(period, currency));
    let current = true;
    void Promise.all(asked).then((all) => current && setFound(all.map((one) => one.statement).filter((one) => one.preliminary)), () => current && setFound([]));
    return () => void (current = false);
  }, [finance, wanted]);
  return found;
}

function Download({ statement, format }: { statement: Statement; format: "csv" | "pdf" }): ReactNode {
  const finance = useFinance();
  const { m, month } = useMoneyText();
  const save = async () => {
    const { period, currency } = statement;
    const address = URL.createObjectURL(await finance.download(period, currency, format));
    const link = Object.assign(document.createElement("a"), { href: address, download: `metaia-statement-${period}-${currency}.${format}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it after the click
  };
  return <ActionButton kind="quiet" aria-label={m("download", { period: `${month(statement.period)}, ${statement.currency}`, format: format.toUpperCase() })} action={save}>{format.toUpperCase()}</ActionButton>;
}

function Transactions(): ReactNode {
  const { m, named, time } = useMoneyText();
  const [type, setType] = useState<TransactionType | "">("");
  const [q, setQ] = useState("");
  const list = useTransactions({ type: type || undefined, q: q.trim() || undefined });
  return (
    <Card title={m("transactions")}>
      <div className="filters" role="search">
        <Select label={m("type")} value={type} onChange={(event) => setType(event.currentTarget.value as TransactionType | "")} options={[["", m("all")], ...TYPES.map((one) => [one, m(`type.${one}` as MoneyKey)] as const)]} />
        <Field label={m("search")} value={q} maxLength={80} onChange={(event) => setQ(event.currentTarget.value)} />
      </div>
      <Pages
        list={list}
        none={m(type || q ? "none.match" : "none")}
        caption={m("transactions")}
        keyOf={(one) => one.id}
        columns={[
          { title: m("booked"), cell: (one) => <time dateTime={one.bookedAt}>{time(one.bookedAt)}</time> },
          { title: m("description"), cell: (one) => <span className="badges">{named("type", one.type)} {one.status !== "booked" && <Badge tone={TONES[one.status]}>{m("reversed")}</Badge>}</span> },
          { title: m("order"), cell: (one) => (one.orderId ? <Link to={`/orders/${one.orderId}`}>{`…${one.orderId.slice(-6)}`}</Link> : "–") },
          { title: m("amount"), right: true, cell: (one) => <Money amount={one.amount} currency={one.currency} /> },
        ]}
      />
    </Card>
  );
}
