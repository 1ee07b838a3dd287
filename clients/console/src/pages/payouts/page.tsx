// Payouts and requests for credit, for staff: search, and decide.
import type { Schemas } from "@metaia/client";
import { useEvent, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { useText } from "../../app/text.js";
import { Card } from "../../ui/card.js";
import { Money } from "../../ui/format.js";
import { REQUESTS, type CreditRequest } from "./credit.js";
import { CreditDecision } from "./creditDecision.js";
import { PayoutDecision } from "./decision.js";
import { PAYOUTS, type Payout } from "./own.js";
import { PayoutBadge, usePayoutText, type PayoutKey } from "./text.js";

const STATUSES = {
  payouts: ["requested", "approved", "sent", "paid", "failed", "returned", "cancelled"],
  credit: ["pending", "approved", "rejected", "withdrawn"],
} as const;
type Kind = keyof typeof STATUSES;
type Account = Schemas["AccountOut"];

export function PayoutsPage(): ReactNode {
  const { w } = usePayoutText();
  const [kind, setKind] = useState<Kind>("payouts");
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  return (
    <Card title={w(kind)}>
      <div className="books">
        <div className="chips" role="group" aria-label={w("kinds")}>
          {(["payouts", "credit"] as const).map((one) => <button key={one} type="button" className="chip" aria-pressed={kind === one} onClick={() => setKind(one)}>{w(one)}</button>)}
        </div>
        {kind === "payouts" ? <Payouts admin={admin} /> : <CreditRequests admin={admin} />}
      </div>
    </Card>
  );
}

/** The filter of a list by status. */
function Status({ of, value, onChange }: { of: Kind; value: string; onChange: (status: string) => void }): ReactNode {
  const { w } = usePayoutText();
  const { Choose, Filters } = staff.views!; // its script has loaded before this one
  return (
    <Filters>
      <Choose label={w("status")} all={w("status.all")} value={value} onChange={onChange} options={STATUSES[of].map((one) => [one, w(`status.${one}` as PayoutKey)] as const)} />
    </Filters>
  );
}

const person = (names: Record<string, Account>, id: string): ReactNode =>
  names[id] ? names[id].name : <span className="mono">{`…${id.slice(-6)}`}</span>;

function Payouts({ admin }: { admin: boolean }): ReactNode {
  const { t } = useText();
  const { w, time } = usePayoutText();
  const { List, useList, useNames } = staff.views!;
  const [status, setStatus] = useState("");
  const [open, setOpen] = useState<Payout | null>(null);
  const list = useList<Payout>(PAYOUTS, "payouts", { status });
  const names = useNames((list.rows ?? []).map((one) => one.userId));
  useEvent("finance:payout_changed", () => list.reload());
  return (
    <>
      <Status of="payouts" value={status} onChange={setStatus} />
      <List
        list={list}
        none={w("payouts.none")}
        caption={w("payouts")}
        name={(one) => `${one.amount} ${one.currency}, ${w(`status.${one.status}` as PayoutKey)}`}
        onOpen={setOpen}
        columns={[
          { title: w("requested"), cell: (one) => <time dateTime={one.createdAt}>{time(one.createdAt)}</time> },
          { title: t("order.partner"), cell: (one) => person(names, one.userId) },
          { title: w("status"), cell: (one) => <PayoutBadge status={one.status} /> },
          { title: w("account"), cell: (one) => <span className="mono">{one.account}</span> },
          { title: w("amount"), right: true, cell: (one) => <Money amount={one.amount} currency={one.currency} /> },
        ]}
      />
      {open && <PayoutDecision payout={open} name={names[open.userId]?.name ?? open.userId} admin={admin} onClose={() => setOpen(null)} onDone={() => (setOpen(null), list.reload())} />}
    </>
  );
}

function CreditRequests({ admin }: { admin: boolean }): ReactNode {
  const { t } = useText();
  const { w, time } = usePayoutText();
  const { List, useList, useNames } = staff.views!;
  const [status, setStatus] = useState("");
  const [open, setOpen] = useState<CreditRequest | null>(null);
  const list = useList<CreditRequest>(REQUESTS, "requests", { status });
  const names = useNames((list.rows ?? []).map((one) => one.userId));
  return (
    <>
      <Status of="credit" value={status} onChange={setStatus} />
      <List
        list={list}
        none={w("credit.none")}
        caption={w("credit")}
        name={(one) => `${one.limit} ${one.currency}, ${w(`status.${one.status}` as PayoutKey)}`}
        onOpen={setOpen}
        columns={[
          { title: w("requested"), cell: (one) => <time dateTime={one.createdAt}>{time(one.createdAt)}</time> },
          { title: t("order.customer"), cell: (one) => person(names, one.userId) },
          { title: w("status"), cell: (one) => <PayoutBadge status={one.status} /> },
          { title: w("limit"), right: true, cell: (one) => <Money amount={one.limit} currency={one.currency} /> },
          { title: w("granted"), right: true, cell: (one) => (one.approved === null ? "–" : <Money amount={one.approved} currency={one.currency} />) },
        ]}
      />
      {open && <CreditDecision request={open} name={names[open.userId]?.name ?? open.userId} admin={admin} onClose={() => setOpen(null)} onDone={() => (setOpen(null), list.reload())} />}
    </>
  );
}
