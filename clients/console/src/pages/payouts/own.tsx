// A partner's payouts: the account that is paid to, what is available, and what was requested.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { money } from "../../app/parts.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Money } from "../../ui/format.js";
import { AccountDialog } from "./account.js";
import { RequestDialog } from "./request.js";
import { PayoutBadge, usePayoutText } from "./text.js";

export type Payout = Schemas["PayoutOut"];
export type Balance = Schemas["BalanceOut"];
export type Account = Schemas["PayoutAccountOut"];
export const PAYOUTS = "/api/finance/payouts";

/** The own payout account, null if none is set, undefined until it is known; and a function that reads it again. */
function useAccount(): [Account | null | undefined, () => void] {
  const { rest } = useMetaia();
  const [account, setAccount] = useState<Account | null>();
  const load = useCallback(() => {
    rest.send("get", "/api/finance/payout-account").then(({ data }) => setAccount(data.payoutAccount), () => undefined);
  }, [rest]);
  useEffect(load, [load]);
  return [account, load];
}

export function OwnPayouts(): ReactNode {
  const { w } = usePayoutText();
  const { Pages, useRows, usePositions } = money.views!; // its script has loaded before this one
  const [account, reloadAccount] = useAccount();
  const [asked, setAsked] = useState<"account" | "payout" | null>(null);
  const list = useRows<Payout>(PAYOUTS, "payouts", {});
  const balances = (usePositions().data as Balance[] | undefined)?.filter((one) => one.available > 0) ?? [];
  const done = () => (setAsked(null), reloadAccount(), list.reload());
  return (
    <Card title={w("payouts")} tools={<AccountLine account={account} onChange={() => setAsked("account")} />}>
      {account && balances.length > 0 && <p><Button kind="primary" onClick={() => setAsked("payout")}>{w("request")}</Button></p>}
      <Pages
        list={list}
        none={w("payouts.none")}
        caption={w("payouts")}
        keyOf={(one) => one.id}
        columns={usePayoutColumns((one) => one.allowedActions.includes("cancel") && <Cancel payout={one} onDone={list.reload} />)}
      />
      {asked === "account" && <AccountDialog account={account ?? null} onClose={() => setAsked(null)} onDone={done} />}
      {asked === "payout" && <RequestDialog balances={balances} onClose={() => setAsked(null)} onDone={done} />}
    </Card>
  );
}

function AccountLine({ account, onChange }: { account: Account | null | undefined; onChange: () => void }): ReactNode {
  const { w, time } = usePayoutText();
  if (account === undefined) return null;
  const locked = account?.lockedUntil && new Date(account.lockedUntil) > new Date() && account.lockedUntil;
  return (
    <>
      {account ? <span className="mono">{account.account}</span> : <span>{w("account.none")}</span>}
      {locked && <span className="badge amber">{w("account.locked", { time: time(locked) })}</span>}
      <Button kind={account ? "quiet" : "primary"} onClick={onChange}>{w(account ? "account.change" : "account.set")}</Button>
    </>
  );
}

function Cancel({ payout, onDone }: { payout: Payout; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { w } = usePayoutText();
  const cancel = async () => {
    await rest.send("post", `${PAYOUTS}/${payout.id}/cancel`, { body: { expectedVersion: payout.version }, key: crypto.randomUUID() }).finally(onDone);
  };
  return <ActionButton action={cancel} done={w("cancel.done")}>{w("cancel")}</ActionButton>;
}

/** The columns of a list of payouts, the last one with what can be done. */
function usePayoutColumns(actions: (one: Payout) => ReactNode) {
  const { w, time } = usePayoutText();
  return [
    { title: w("requested"), cell: (one: Payout) => <time dateTime={one.createdAt}>{time(one.createdAt)}</time> },
    { title: w("status"), cell: (one: Payout) => <span className="stacked"><span><PayoutBadge status={one.status} /></span>{one.reason && <small>{one.reason}</small>}</span> },
    { title: w("account"), cell: (one: Payout) => <span className="mono">{one.account}</span> },
    { title: w("reference"), cell: (one: Payout) => <span className="mono breaks">{one.reference ?? "–"}</span> },
    { title: w("amount"), right: true, cell: (one: Payout) => <Money amount={one.amount} currency={one.currency} /> },
    { title: w("actions"), cell: actions },
  ];
}
