// The request of an adjustment: lines of accounts that add up to 0.
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { KINDS } from "./books.js";
import { useMoneyText } from "./text.js";

interface Line {
  kind: string;
  owner: string;
  amount: string;
}

const MOST = 20; // lines of one adjustment
const FIRST: Line[] = [{ kind: "losses", owner: "house", amount: "" }, { kind: "suspense", owner: "house", amount: "" }];

export function RequestDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { m } = useMoneyText();
  const [lines, setLines] = useState(FIRST);
  const [currency, setCurrency] = useState("INR");
  const [reason, setReason] = useState("");
  const [key] = useState(() => crypto.randomUUID()); // pressed twice, it is one request
  const change = (at: number, given: Partial<Line>) => setLines((before) => before.map((one, index) => (index === at ? { ...one, ...given } : one)));
  const sum = Math.round(lines.reduce((all, one) => all + (Number(one.amount) || 0), 0) * 1000) / 1000;
  const complete = lines.every((one) => one.owner.trim() && Number(one.amount)) && reason.trim() && /^[A-Z]{3}$/.test(currency) && sum === 0;
  const send = async () => {
    const body = { lines: lines.map((one) => ({ ...one, owner: one.owner.trim(), amount: Number(one.amount) })), currency, reason: reason.trim() };
    await rest.send("post", "/api/admin/finance/adjustments", { body, key });
    onDone();
  };
  return (
    <Dialog title={m("adjust")} onClose={onClose} actions={<ActionButton kind="primary" disabled={!complete} action={send}>{m("adjust.send")}</ActionButton>}>
      <p className="muted small">{m("adjust.second")}</p>
      {lines.map((line, at) => (
        <fieldset key={at} className="adjust-line">
          <legend>{m("line", { number: at + 1 })}</legend>
          <Select label={m("kind")} value={line.kind} onChange={(event) => change(at, { kind: event.currentTarget.value })} options={KINDS.map((one) => [one, one] as const)} />
          <Field label={m("adjust.owner")} value={line.owner} maxLength={80} onChange={(event) => change(at, { owner: event.currentTarget.value })} />
          <Field label={m("adjust.amount")} inputMode="decimal" value={line.amount} maxLength={20} onChange={(event) => change(at, { amount: event.currentTarget.value })} />
          {lines.length > 2 && <Button kind="quiet" onClick={() => setLines((before) => before.filter((_, index) => index !== at))}>{m("adjust.remove")}</Button>}
        </fieldset>
      ))}
      {lines.length < MOST && <Button kind="quiet" onClick={() => setLines((before) => [...before, { kind: "sales", owner: "house", amount: "" }])}>{m("adjust.line")}</Button>}
      {sum !== 0 && <p role="alert" className="small">{m("adjust.off", { amount: sum })}</p>}
      <Field label={m("currency")} value={currency} maxLength={3} onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())} />
      <Field label={m("reason")} hint={m("reason.hint")} value={reason} maxLength={300} onChange={(event) => setReason(event.currentTarget.value)} />
    </Dialog>
  );
}
