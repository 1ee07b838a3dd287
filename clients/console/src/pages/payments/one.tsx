// One payment, for staff: its amounts, what was stated about it and booked for it, its refunds, and the actions.
import { MetaiaError } from "@metaia/client";
import type { Payment, Refund, Timeline } from "@metaia/client/payments";
import { usePayment, usePayments, useRefunds } from "@metaia/client/payments/react";
import { useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { ADMINS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Card, Empty } from "../../ui/card.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { PaymentActions } from "./actions.js";
import { MoneyBadge, usePaymentText } from "./text.js";

const SUMS = ["amount", "captured", "refunding", "refunded", "disputed"] as const;

/** What was stated about a payment, read again with each version; and whether there is none that the user may see. */
function useHistory(id: string, version: number | undefined): { found?: Timeline; missing: boolean } {
  const payments = usePayments();
  const [state, setState] = useState<{ found?: Timeline; missing: boolean }>({ missing: false });
  useEffect(() => {
    let current = true;
    payments.timeline(id).then(
      (found) => current && setState({ found, missing: false }),
      (error: unknown) => current && error instanceof MetaiaError && [403, 404, 422].includes(error.status) && setState({ missing: true }),
    );
    return () => void (current = false);
  }, [payments, id, version]);
  return state;
}

export function PaymentPage({ id }: { id: string }): ReactNode {
  const { p } = usePaymentText();
  const { t } = useText();
  const payment = usePayment(id);
  const { found, missing } = useHistory(id, payment?.version);
  const refunds = useRefunds(id);
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  if (missing) return <Card><Empty title={p("unknown")}><Link to="/payments">{t("back")}</Link></Empty></Card>;
  if (!payment || !found) return <Skeleton lines={8} />;
  return (
    <>
      <div className="columns">
        <Card title={<><Money amount={payment.amount} currency={payment.currency} /> <MoneyBadge status={payment.status} /></>}>
          <Facts payment={payment} />
          {admin && <PaymentActions payment={payment} />}
        </Card>
        <Card title={p("stated")}>
          {found.timeline.length === 0 ? <Empty title={p("stated.none")} /> : <Stated history={found} />}
        </Card>
      </div>
      {refunds.length > 0 && <Card title={p("refunds")}><Refunds refunds={refunds} admin={admin} /></Card>}
      {found.postings.length > 0 && (
        <Card title={p("postings")} tools={<Link to="/books">{p("books")}</Link>}>
          <ul className="items postings">
            {found.postings.map((one) => <li key={one.id}><span className="mono">{one.key}</span><small className="muted"><TimeAgo at={one.bookedAt} /></small></li>)}
          </ul>
        </Card>
      )}
    </>
  );
}

function Facts({ payment }: { payment: Payment }): ReactNode {
  const { p, named } = usePaymentText();
  const facts: [string, ReactNode][] = [
    ...SUMS.filter((name) => name === "amount" || payment[name] > 0).map((name): [string, ReactNode] => [p(name), <Money key={name} amount={payment[name]} currency={payment.currency} />]),
    [p("provider"), named("provider", payment.provider)],
    [p("reference"), payment.reference && <span className="mono">{payment.reference}</span>],
    [p("paid_by"), payment.method],
    [p("failure"), payment.failure && [payment.failure.code, payment.failure.message].filter(Boolean).join(": ")],
    [p("order"), payment.orderId && <Link to={`/orders/${payment.orderId}`}>{payment.orderId}</Link>],
    [p("payer"), payment.payerId && <Link to={`/people/${payment.payerId}`}>{payment.payerId}</Link>],
    [p("opened"), <TimeAgo key="opened" at={payment.createdAt} />],
    [p("payment_id"), <span key="own" className="mono">{payment.id}</span>],
  ];
  return (
    <dl className="facts">
      {facts.filter(([, value]) => value).map(([title, value]) => <div key={title}><dt>{title}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function Stated({ history }: { history: Timeline }): ReactNode {
  const { p, named } = usePaymentText();
  return (
    <ol className="timeline">
      {history.timeline.map((one) => (
        <li key={one.id}>
          <strong>{named("kind", one.kind)}</strong> <MoneyBadge status={one.status} /> <Money amount={one.amount} currency={one.currency} />
          {one.failure && <q>{one.failure}</q>}
          <small><TimeAgo at={one.at} />{one.source && ` · ${p("source", { source: named("source", one.source.split(":")[0]!) })}`}</small>
          <small className="mono">{one.reference}</small>
        </li>
      ))}
    </ol>
  );
}

function Refunds({ refunds, admin }: { refunds: Refund[]; admin: boolean }): ReactNode {
  const { p, named } = usePaymentText();
  const payments = usePayments();
  const act = { retry: payments.retryRefund, cancel: payments.cancelRefund };
  return (
    <Table
      caption={p("refunds")}
      rows={refunds}
      keyOf={(one) => one.id}
      columns={[
        { title: p("amount"), cell: (one) => <Money amount={one.amount} currency={one.currency} /> },
        { title: p("status"), cell: (one) => <MoneyBadge status={one.status} /> },
        { title: p("reason"), cell: (one) => <span>{named("reason", one.reason)}{one.note && <small className="muted block">{one.note}</small>}{one.failure && <small className="muted block">{one.failure}</small>}</span> },
        { title: p("changed"), cell: (one) => <TimeAgo at={one.updatedAt} /> },
        ...(admin && refunds.some((one) => one.allowedActions.length) ? [{
          title: p("actions"),
          cell: (one: Refund) => one.allowedActions.map((name) => <ActionButton key={name} action={() => act[name as keyof typeof act](one.id)}>{p(`refund.${name}`)}</ActionButton>),
        }] : []),
      ]}
    />
  );
}
