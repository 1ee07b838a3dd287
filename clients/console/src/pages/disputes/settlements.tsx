// What providers have paid out, for staff: import a settlement, and compare a day with our books.
import type { Schemas } from "@metaia/client";
import { useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { localTime } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { ImportDialog, PROVIDERS, ReturnDialog, type Settlement } from "./import.js";
import { DisputeBadge, useDisputeText } from "./text.js";

type Compared = Schemas["ComparedOut"];
// The same as in metaia/payments/reconciliation/queries.py.
const STATES = ["matched", "amount_differs", "fee_differs", "missing_here", "not_settled", "not_compared"];

/** Today, as a date of the browser's time zone. */

export function SettlementsPage(): ReactNode {
  const { d } = useDisputeText();
  const [asked, setAsked] = useState<"import" | "returned" | null>(null);
  const [done, setDone] = useState<Settlement | null>(null);
  const [imports, setImports] = useState(0);
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  const close = () => setAsked(null);
  const finish = (settlement: Settlement) => (close(), setDone(settlement), setImports((before) => before + 1));
  return (
    <Card
      title={d("settlements")}
      tools={admin && <><Button kind="primary" onClick={() => setAsked("import")}>{d("import")}</Button><Button onClick={() => setAsked("returned")}>{d("returned")}</Button></>}
    >
      <div role="status">{done && <Result settlement={done} />}</div>
      <Comparison key={imports} />
      {asked === "import" && <ImportDialog onClose={close} onDone={finish} />}
      {asked === "returned" && <ReturnDialog onClose={close} onDone={finish} />}
    </Card>
  );
}

function Result({ settlement }: { settlement: Settlement }): ReactNode {
  const { d, named } = useDisputeText();
  return (
    <div className="preview">
      <strong>{named("provider", settlement.provider)}</strong> <span className="mono breaks">{settlement.id}</span>
      <p><Money amount={settlement.net} currency={settlement.currency} /> · {d("lines", { count: settlement.lines })}</p>
      <p className="badges">{Object.entries(settlement.states).map(([state, count]) => <span key={state}><DisputeBadge of="state" status={state} /> {count}</span>)}</p>
    </div>
  );
}

function Comparison(): ReactNode {
  const { d, named, time } = useDisputeText();
  const { Choose, Filters, List, useList } = staff.views!; // its script has loaded before this one
  const [day, setDay] = useState(() => localTime(Date.now()).slice(0, 10));
  const [state, setState] = useState("");
  const [provider, setProvider] = useState("");
  const list = useList<Compared>("/api/admin/reconciliation", "lines", { day, state, provider });
  const amount = (value: number | null, currency: string) => (value === null ? "–" : <Money amount={value} currency={currency} />);
  return (
    <>
      <Filters>
        <input type="date" className="filter" aria-label={d("day")} required value={day} onChange={(event) => event.currentTarget.value && setDay(event.currentTarget.value)} />
        <Choose label={d("state")} all={d("state.all")} value={state} onChange={setState} options={STATES.map((one) => [one, named("state", one)] as const)} />
        <Choose label={d("provider")} all={d("provider.all")} value={provider} onChange={setProvider} options={PROVIDERS.map((one) => [one, named("provider", one)] as const)} />
      </Filters>
      <List
        list={list}
        none={d("settlements.none")}
        caption={d("settlements")}
        columns={[
          { title: d("state"), cell: (one) => <DisputeBadge of="state" status={one.state} /> },
          { title: d("provider"), cell: (one) => named("provider", one.provider) },
          { title: d("kind"), cell: (one) => named("kind", one.kind) },
          { title: d("reference"), cell: (one) => <span className="mono breaks">{one.reference}</span> },
          { title: d("ours"), right: true, cell: (one) => amount(one.ours, one.currency) },
          { title: d("theirs"), right: true, cell: (one) => amount(one.theirs, one.currency) },
          { title: d("fees"), right: true, cell: (one) => <>{amount(one.ourFee, one.currency)} / {amount(one.theirFee, one.currency)}</> },
          { title: d("at"), cell: (one) => <time dateTime={one.at}>{time(one.at)}</time> },
        ]}
      />
    </>
  );
}
