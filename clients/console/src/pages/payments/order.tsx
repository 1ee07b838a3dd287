// The money of one order, for all its parties: what is due, its payments and refunds; its customer pays here.
import type { Order } from "@metaia/client";
import type { Booking } from "@metaia/client/bookings";
import type { Payment, Refund } from "@metaia/client/payments";
import { useOrderPayments, usePaymentMethods, usePayments } from "@metaia/client/payments/react";
import { useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { STAFF } from "../../app/roles.js";
import { Link, useRouter } from "../../app/router.js";
import { ActionButton } from "../../ui/action.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { RefundButton } from "./actions.js";
import { MoneyBadge, usePaymentText, type PaymentKey } from "./text.js";

const OPENS = ["demo"]; // providers with a page of their own; checkouts of others need their scripts
const ARRIVED = ["authorized", "completed"];
const OVER = ["rejected", "cancelled"];
const SUMS = ["due", "paid", "refunded", "disputed"] as const;

export function OrderMoney({ order }: { order: Order }): ReactNode {
  const { p, named } = usePaymentText();
  const { payments, refunds } = useOrderPayments(order.id);
  const user = useUser();
  const { method, status, currency, ...sums } = order.payment;
  const asking = useReturn();
  const payable = method === "online" && status === "unpaid" && !OVER.includes(order.status);
  const arrived = payments.some((one) => ARRIVED.includes(one.status)); // the order's event comes later
  const pays = user?.id === order.customerId && payable && !arrived && !asking;
  return (
    <section className="money-box" aria-label={p("payment")}>
      <h3 aria-live="polite">{p("payment")}: {named("method", method)} <MoneyBadge status={status} /></h3>
      <dl className="facts">
        {SUMS.filter((name) => name === "due" || sums[name] > 0).map((name) => (
          <div key={name}><dt>{p(name)}</dt><dd><Money amount={sums[name]} currency={currency} /></dd></div>
        ))}
      </dl>
      {asking && <p role="status">{p("asking")}</p>}
      {pays && <Pay order={order} />}
      {payments.length > 0 && <ul className="items">{payments.map((one) => <PaymentLine key={one.id} payment={one} partner={user?.id === order.partnerId} />)}</ul>}
      {refunds.length > 0 && <ul className="items" aria-label={p("refunds")}>{refunds.map((one) => <RefundLine key={one.id} refund={one} partner={user?.id === order.partnerId} />)}</ul>}
    </section>
  );
}

/** Return whether the provider has led back to this page and is being asked what was paid: its webhook may be late. */
function useReturn(): boolean {
  const payments = usePayments();
  const [paymentId, setPaymentId] = useState(() => new URLSearchParams(location.search).get("payment"));
  useEffect(() => {
    if (!paymentId) return;
    history.replaceState(history.state, "", location.pathname);
    const over = () => setPaymentId(null);
    payments.verify({ paymentId }).then(over, over); // after a failure the event brings it
  }, [payments, paymentId]);
  return paymentId !== null;
}

/** What a customer has to pay for a booking, at the demo provider; nothing once it is paid, which may be before they return. */
export function PayBooking({ booking }: { booking: Booking }): ReactNode {
  const { p } = usePaymentText();
  const payments = usePayments();
  const { href } = useRouter();
  const asking = useReturn();
  const pay = async () => {
    const returnUrl = `${location.origin}${href(`/bookings/${booking.id}`)}`;
    const { toPay } = await payments.open({ bookingId: booking.id }, { provider: "demo", returnUrl });
    location.assign(toPay.url!);
  };
  if (asking) return <p role="status">{p("asking")}</p>;
  if (booking.status !== "held") return null;
  return (
    <ActionButton kind="primary" className="wide" action={pay}>
      {p("pay")} <Money amount={booking.payment.due} currency={booking.currency} />
    </ActionButton>
  );
}

function Pay({ order }: { order: Order }): ReactNode {
  const { p } = usePaymentText();
  const payments = usePayments();
  const { href } = useRouter();
  const { methods, error } = usePaymentMethods(order.id, order.version);
  const provider = methods?.find((one) => one.available && OPENS.includes(one.provider ?? ""))?.provider;
  const pane = href("/").startsWith("#"); // of the theatre, which stays
  const pay = async () => {
    const returnUrl = pane ? undefined : `${location.origin}${href(`/orders/${order.id}`)}`;
    const { toPay } = await payments.open(order.id, { provider: provider as "demo", returnUrl });
    if (pane) window.open(toPay.url, "_blank", "noopener");
    else location.assign(toPay.url!);
  };
  if (error || (methods && !provider)) return <p className="muted small">{p("pay.none")}</p>;
  return (
    <ActionButton kind="primary" className="wide" disabled={!provider} action={pay}>
      {p("pay")} <Money amount={order.payment.due} currency={order.payment.currency} />
    </ActionButton>
  );
}

function PaymentLine({ payment, partner }: { payment: Payment; partner: boolean }): ReactNode {
  const { p, named } = usePaymentText();
  const payments = usePayments();
  const staff = STAFF.includes(useUser()?.role ?? "");
  const amount = <Money amount={payment.amount} currency={payment.currency} />;
  return (
    <li>
      {staff ? <Link to={`/payments/${payment.id}`}>{amount}</Link> : amount}
      <span>{named("provider", payment.provider)}</span>
      <MoneyBadge status={payment.status} />
      {payment.failure?.code && <span>{payment.failure.message ?? payment.failure.code}</span>}
      <small className="muted"><TimeAgo at={payment.updatedAt} /></small>
      {payment.allowedActions.includes("cancel") && !staff && (
        <ActionButton action={() => payments.cancel(payment.id)} done={p("cancelled")}>{p("cancel")}</ActionButton>
      )}
      {partner && <RefundButton payment={payment} />}
    </li>
  );
}

function RefundLine({ refund, partner }: { refund: Refund; partner: boolean }): ReactNode {
  const { p } = usePaymentText();
  const payments = usePayments();
  const act = { retry: payments.retryRefund, cancel: payments.cancelRefund };
  return (
    <li>
      <span>{p("refund")}</span>
      <Money amount={refund.amount} currency={refund.currency} />
      <MoneyBadge status={refund.status} />
      <span>{p(`reason.${refund.reason}` as PaymentKey)}</span>
      <small className="muted"><TimeAgo at={refund.updatedAt} /></small>
      {partner && refund.allowedActions.map((name) => <ActionButton key={name} action={() => act[name](refund.id)}>{p(`refund.${name}`)}</ActionButton>)}
    </li>
  );
}
