// A request for a payout: of all that is available in a currency, or of a part.
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { PAYOUTS, type Balance } from "./own.js";
import { usePayoutText } from "./text.js";

export function RequestDialog({ balances, onClose, onDone }: { balances: Balance[]; onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { w } = usePayoutText();
  const [key] = useState(() => crypto.randomUUID()); // pressed twice, it is one payout
  const [currency, setCurrency] = useState(balances[0]?.currency ?? "");
  const [typed, setTyped] = useState<string>();
  const found = balances.find((one) => one.currency === currency);
  const most = found?.available ?? 0;
  const amount = Number(typed ?? most);
  const wrong = !(amount > 0 && amount <= most);
  const choose = (one: string) => (setCurrency(one), setTyped(undefined));
  const send = async () => {
    await rest.send("post", PAYOUTS, { body: { amount, currency }, key });
    onDone();
  };
  return (
    <Dialog
      title={w("request")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={wrong} action={send} done={w("request.done")}>{w("request")}</ActionButton></>}
    >
      {balances.length > 1 && <Select label={w("currency")} value={currency} onChange={(event) => choose(event.currentTarget.value)} options={balances.map((one) => [one.currency, one.currency] as const)} />}
      <p>{w("available")}: <Money amount={most} currency={currency} /></p>
      <Field
        label={w("amount_in", { currency })}
        type="number"
        min={0}
        max={most}
        step="any"
        value={typed ?? String(most)}
        error={wrong ? w("amount.wrong", { most }) : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {found && found.cashInHand > 0 && <p className="muted small">{w("request.cash")}</p>}
    </Dialog>
  );
}
