// The account that a partner is paid to: a bank account, or an address of UPI.
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import type { Account } from "./own.js";
import { usePayoutText, type PayoutKey } from "./text.js";

// The same as in metaia/finance/payout_accounts/schemas.py.
const METHODS = { bank: ["accountNumber", "bankCode"], upi: ["upi"] } as const;
const PATTERNS = {
  accountNumber: /^[A-Za-z0-9]{5,34}$/,
  bankCode: /^[A-Za-z0-9]{6,11}$/,
  upi: /^[A-Za-z0-9._-]{2,60}@[A-Za-z][A-Za-z0-9]{1,30}$/,
};
type Method = keyof typeof METHODS;

export function AccountDialog({ account, onClose, onDone }: { account: Account | null; onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { w } = usePayoutText();
  const [method, setMethod] = useState<Method>(account?.method === "upi" ? "upi" : "bank");
  const [holder, setHolder] = useState("");
  const [details, setDetails] = useState({ accountNumber: "", bankCode: "", upi: "" });
  const names = METHODS[method];
  const right = (name: keyof typeof details) => PATTERNS[name].test(details[name].trim());
  const send = async () => {
    const given = Object.fromEntries(names.map((name) => [name, details[name].trim()]));
    const body = { method, holder: holder.trim(), ...given, ...(account && { expectedVersion: account.version }) };
    await rest.send("put", "/api/finance/payout-account", { body, key: crypto.randomUUID() });
    onDone();
  };
  return (
    <Dialog
      title={w(account ? "account.change" : "account.set")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!holder.trim() || !names.every(right)} action={send} done={w("account.done")}>{w("save")}</ActionButton></>}
    >
      {account && <p className="muted small">{w("account.text")}</p>}
      <Select label={w("method")} value={method} onChange={(event) => setMethod(event.currentTarget.value as Method)} options={(["bank", "upi"] as const).map((one) => [one, w(`method.${one}`)] as const)} />
      <Field label={w("holder")} value={holder} maxLength={100} autoComplete="off" onChange={(event) => setHolder(event.currentTarget.value)} />
      {names.map((name) => (
        <Field
          key={name}
          label={w(name)}
          value={details[name]}
          maxLength={95}
          autoComplete="off"
          spellCheck={false}
          error={details[name] && !right(name) ? w(`${name}.wrong` as PayoutKey) : undefined}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setDetails((before) => ({ ...before, [name]: value }));
          }}
        />
      ))}
    </Dialog>
  );
}
