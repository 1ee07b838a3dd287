// A handover of cash: what was counted, and what is missing.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { bookable } from "./sum.js";
import { HANDOVERS, useCashText } from "./text.js";

export function HandoverDialog({ account: { owner, balance, currency }, name, onClose, onDone }: {
  account: Schemas["LedgerAccountOut"];
  name: string;
  onClose: () => void;
  onDone: () => void;
}): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { c } = useCashText();
  const [key] = useState(() => crypto.randomUUID()); // pressed twice, it is one handover
  const [counted, setCounted] = useState(String(balance));
  const [missing, setMissing] = useState("0");
  const [amount, short] = [Number(counted), Number(missing)];
  const right = bookable(amount, short, balance, currency);
  const send = async () => {
    await rest.send("post", HANDOVERS, { body: { userId: owner, amount, short, currency }, key });
    onDone();
  };
  return (
    <Dialog
      title={c("handover")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!right} action={send} done={c("handover.done")}>{c("handover")}</ActionButton></>}
    >
      <dl className="facts">
        <dt>{c("courier")}</dt><dd>{name}</dd>
        <dt>{c("carried")}</dt><dd><Money amount={balance} currency={currency} /></dd>
      </dl>
      <div className="two">
        <Field label={c("amount.in", { currency })} type="number" min={0} max={balance} step="any" value={counted} error={right ? undefined : c("amount.wrong", { most: balance })} onChange={(event) => setCounted(event.currentTarget.value)} />
        <Field label={c("short.in", { currency })} hint={c("short.hint")} type="number" min={0} max={balance} step="any" value={missing} onChange={(event) => setMissing(event.currentTarget.value)} />
      </div>
    </Dialog>
  );
}
