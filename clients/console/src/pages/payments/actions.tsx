// What admins do with a payment: ask its provider, capture, cancel, refund.
import type { NewRefund, Payment } from "@metaia/client/payments";
import { usePayments } from "@metaia/client/payments/react";
import { useRef, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton, useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { usePaymentText, type PaymentKey } from "./text.js";

// The same as in metaia/payments/refunds/schemas.py.
const REASONS = ["requested_by_customer", "duplicate", "fraudulent", "order_cancelled", "booking_ended", "other"] as const;
type Asked = "capture" | "cancel" | "refund";

/** What can still be refunded, in major units; sums of such numbers are rounded to what a currency has at most. */
const left = ({ provider, captured, refunded, refunding }: Payment): number =>
  provider === "cash" ? 0 : Number((captured - refunded - refunding).toFixed(4)); // cash goes back by hand

/** The button with which the partner of a payment gives money back, if something is left of it. */
export function RefundButton({ payment }: { payment: Payment }): ReactNode {
  const { p } = usePaymentText();
  const [asked, setAsked] = useState(false);
  if (left(payment) <= 0) return null;
  return (
    <>
      <Button onClick={() => setAsked(true)}>{p("refund.do")}</Button>
      {asked && <Ask asked="refund" payment={payment} text="refund.partner" onClose={() => setAsked(false)} />}
    </>
  );
}

export function PaymentActions({ payment }: { payment: Payment }): ReactNode {
  const { p } = usePaymentText();
  const payments = usePayments();
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <div className="actions">
      <ActionButton action={() => payments.ask(payment.id)} done={p("asked")}>{p("ask")}</ActionButton>
      {payment.allowedActions.includes("capture") && <Button kind="primary" onClick={() => setAsked("capture")}>{p("capture")}</Button>}
      {left(payment) > 0 && <Button onClick={() => setAsked("refund")}>{p("refund.do")}</Button>}
      {payment.allowedActions.includes("cancel") && <Button kind="danger" onClick={() => setAsked("cancel")}>{p("cancel")}</Button>}
      {asked && <Ask asked={asked} payment={payment} onClose={() => setAsked(null)} />}
    </div>
  );
}

function Ask({ asked, payment, text = `${asked}.text`, onClose }: { asked: Asked; payment: Payment; text?: PaymentKey; onClose: () => void }): ReactNode {
  const { p, named } = usePaymentText();
  const { t } = useText();
  const payments = usePayments();
  const { busy, run } = useAction();
  const most = asked === "refund" ? left(payment) : payment.amount;
  const [amount, setAmount] = useState(String(most));
  const [reason, setReason] = useState<NewRefund["reason"]>(REASONS[0]);
  const [note, setNote] = useState("");
  const key = useRef(crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`); // one dialog is one refund
  const wanted = Number(amount);
  const wrong = asked !== "cancel" && !(wanted > 0 && wanted <= most);
  const act = {
    cancel: () => payments.cancel(payment.id),
    capture: () => payments.capture(payment.id, wanted === most ? undefined : wanted),
    refund: () => payments.refund(payment.id, { amount: wanted, reason, ...(note.trim() && { note: note.trim() }) }, key.current),
  };
  const send = async () => {
    if (await run(act[asked], p(`${asked}.done` as PaymentKey))) onClose();
  };
  const title = p(asked === "refund" ? "refund.do" : asked);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind={asked === "capture" ? "primary" : "danger"} busy={busy} disabled={wrong} onClick={() => void send()}>{title}</Button></>}
    >
      <p>{p(text)}</p>
      {asked !== "cancel" && (
        <Field
          label={p("amount_in", { currency: payment.currency })}
          type="number"
          min={0}
          max={most}
          step="any"
          value={amount}
          error={wrong ? p("amount.wrong", { most }) : undefined}
          onChange={(event) => setAmount(event.currentTarget.value)}
        />
      )}
      {asked === "refund" && (
        <>
          <Select label={p("reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value as NewRefund["reason"])} options={REASONS.map((one) => [one, named("reason", one)] as const)} />
          <Field label={p("note")} maxLength={300} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        </>
      )}
    </Dialog>
  );
}
