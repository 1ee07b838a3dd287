// The books, for staff: accounts, postings, adjustments, and what the auditor has found.
import type { Schemas } from "@metaia/client";
import { usePages } from "@metaia/client/finance/react";
import { useMetaia, useUser } from "@metaia/client/react";
import { useCallback, useState, type ReactNode } from "react";
import { ADMINS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { Card } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Adjustments } from "./adjustments.js";
import { Findings } from "./findings.js";
import { PostingDialog } from "./posting.js";
import { Chips, Pages } from "./table.js";
import { useMoneyText } from "./text.js";

type Account = Schemas["LedgerAccountOut"];
export type Posting = Schemas["LedgerPostingOut"];
// The same as in metaia/ledger/chart.py.
export const KINDS = ["gateway", "bank", "disputed", "fees", "losses", "conversion", "promotions", "cash", "credit", "due", "partner", "courier", "refunding", "paying", "commission", "sales", "suspense"];
const PARTS = ["accounts", "postings", "adjustments", "findings"] as const;

export function BooksPage(): ReactNode {
  const { m } = useMoneyText();
  const [part, setPart] = useState<(typeof PARTS)[number]>("accounts");
  const [account, setAccount] = useState<Account | null>(null);
  const admin = ADMINS.includes(useUser()?.role as (typeof ADMINS)[number]);
  const open = (one: Account) => (setAccount(one), setPart("postings"));
  return (
    <Card title={m(part)} tools={<><Link to="/books/payouts">{m("payouts")}</Link><Link to="/books/cash">{m("cash")}</Link></>}>
      <div className="books">
        <Chips label={m(part)} options={PARTS.map((one) => [one, m(one)] as const)} value={part} onChange={(one) => (setAccount(null), setPart(one))} />
        {part === "accounts" && <Accounts onOpen={open} />}
        {part === "postings" && <Postings key={account?.id ?? ""} account={account} admin={admin} />}
        {part === "adjustments" && <Adjustments admin={admin} />}
        {part === "findings" && <Findings admin={admin} />}
      </div>
    </Card>
  );
}

/** The rows at `path`; empty values of `query` are left out. */
export function useRows<Row>(path: string, name: string, query: Record<string, string>) {
  const { rest } = useMetaia();
  const wanted = JSON.stringify(Object.entries(query).filter(([, value]) => value));
  return usePages<Row>(
    useCallback(
      async (cursor, signal) => {
        const { data, meta } = await rest.send("get", path, { query: { ...Object.fromEntries(JSON.parse(wanted)), cursor }, signal });
        return [data[name], meta.nextCursor];
      },
      [rest, path, name, wanted],
    ),
  );
}

function Accounts({ onOpen }: { onOpen: (account: Account) => void }): ReactNode {
  const { m } = useMoneyText();
  const [kind, setKind] = useState("");
  const [owner, setOwner] = useState("");
  const list = useRows<Account>("/api/admin/finance/accounts", "accounts", { kind, owner: owner.trim() });
  return (
    <>
      <div className="filters" role="search">
        <Select label={m("kind")} value={kind} onChange={(event) => setKind(event.currentTarget.value)} options={[["", m("all")], ...KINDS.map((one) => [one, one] as const)]} />
        <Field label={m("owner")} value={owner} maxLength={80} onChange={(event) => setOwner(event.currentTarget.value)} />
      </div>
      <Pages
        list={list}
        none={m("none.accounts")}
        caption={m("accounts")}
        keyOf={(one) => one.id}
        name={(one) => `${one.kind} ${one.owner} ${one.currency}`}
        onOpen={onOpen}
        columns={[
          { title: m("kind"), cell: (one) => <strong>{one.kind}</strong> },
          { title: m("owner"), cell: (one) => <span className="mono clip">{one.owner}</span> },
          { title: m("balance"), right: true, cell: (one) => <Money amount={one.balance} currency={one.currency} /> },
          { title: m("held"), right: true, cell: (one) => <Money amount={one.held} currency={one.currency} /> },
          { title: m("available"), right: true, cell: (one) => <Money amount={one.available} currency={one.currency} /> },
        ]}
      />
    </>
  );
}

function Postings({ account, admin }: { account: Account | null; admin: boolean }): ReactNode {
  const { m, time } = useMoneyText();
  const [kind, setKind] = useState("");
  const [subject, setSubject] = useState("");
  const [key, setKey] = useState("");
  const [open, setOpen] = useState<string | null>(null);
  const query = { kind: kind.trim(), subject: subject.trim(), key: key.trim(), accountId: account?.id ?? "" };
  const list = useRows<Posting>("/api/admin/finance/postings", "postings", query);
  return (
    <>
      {account && <p>{m("account")}: <strong>{account.kind}</strong> <span className="mono">{account.owner}</span> {account.currency}</p>}
      <div className="filters" role="search">
        <Field label={m("kind")} value={kind} maxLength={40} onChange={(event) => setKind(event.currentTarget.value)} />
        <Field label={m("subject")} value={subject} maxLength={80} placeholder="order-…" onChange={(event) => setSubject(event.currentTarget.value)} />
        <Field label={m("key")} value={key} maxLength={200} onChange={(event) => setKey(event.currentTarget.value)} />
      </div>
      <Pages
        list={list}
        none={m("none.postings")}
        caption={m("postings")}
        keyOf={(one) => one.id}
        name={(one) => one.key}
        onOpen={(one) => setOpen(one.id)}
        columns={[
          { title: m("booked"), cell: (one) => <time dateTime={one.bookedAt}>{time(one.bookedAt)}</time> },
          { title: m("kind"), cell: (one) => <strong>{one.kind}</strong> },
          { title: m("key"), cell: (one) => <span className="mono clip">{one.key}</span> },
          { title: m("amount"), right: true, cell: (one) => <Turnover posting={one} /> },
        ]}
      />
      {open && <PostingDialog id={open} admin={admin} onClose={() => setOpen(null)} onReversed={list.reload} />}
    </>
  );
}

/** The sum of the debits of a posting, by currency. */
function Turnover({ posting }: { posting: Posting }): ReactNode {
  const sums = new Map<string, number>();
  for (const { amount, currency } of posting.entries) if (amount > 0) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return <>{[...sums].map(([currency, amount]) => <Money key={currency} amount={amount} currency={currency} />)}</>;
}
