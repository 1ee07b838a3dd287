// What admins do with a payout: approve it, transfer the money at the bank, and confirm or record its failure.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { PAYOUTS, type Payout } from "./own.js";
import { PayoutBadge, usePayoutText, type PayoutKey } from "./text.js";

type Destination = Schemas["DestinationOut"];
type Given = "reference" | "reason";
const ADMIN = "/api/admin/finance/payouts";
const OPEN = ["requested", "approved", "sent"];
// What each action takes, and which of it is required.
const TAKES: Record<string, { fields: readonly Given[]; needs?: Given; danger?: boolean }> = {
  approve: { fields: ["reason"] },
  paid: { fields: ["reference"], needs: "reference" },
  failed: { fields: ["reference", "reason"], needs: "reason", danger: true },
  cancel: { fields: [], danger: true },
};

export function PayoutDecision({ payout, name, admin, onClose, onDone }: { payout: Payout; name: string; admin: boolean; onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { w, time } = usePayoutText();
  const [given, setGiven] = useState<Record<Given, string>>({ reference: "", reason: "" });
  const actions = payout.allowedActions.filter((one) => one in TAKES);
  const shown = (["reference", "reason"] as const).filter((field) => actions.some((one) => TAKES[one]!.fields.includes(field)));
  const act = (action: string) => async () => {
    const fields = TAKES[action]!.fields.filter((field) => given[field].trim());
    const body = { ...Object.fromEntries(fields.map((field) => [field, given[field].trim()])), expectedVersion: payout.version };
    await rest.send("post", `${action === "cancel" ? PAYOUTS : ADMIN}/${payout.id}/${action}`, { body, key: crypto.randomUUID() });
    onDone();
  };
  const ready = (action: string) => !TAKES[action]!.needs || given[TAKES[action]!.needs].trim();
  return (
    <Dialog
      title={w("payout")}
      onClose={onClose}
      actions={actions.map((one) => (
        <ActionButton key={one} kind={TAKES[one]!.danger ? "danger" : "primary"} disabled={!ready(one)} action={act(one)} done={w("decided")}>{w(`do.${one}` as PayoutKey)}</ActionButton>
      ))}
    >
      <dl className="facts">
        <dt>{w("amount")}</dt><dd><Money amount={payout.amount} currency={payout.currency} /></dd>
        <dt>{w("status")}</dt><dd><PayoutBadge status={payout.status} /></dd>
        <dt>{w("who")}</dt><dd>{name}</dd>
        <dt>{w("requested")}</dt><dd>{time(payout.createdAt)}</dd>
        {payout.netted > 0 && <><dt>{w("netted")}</dt><dd><Money amount={payout.netted} currency={payout.currency} /></dd></>}
        {payout.reference && <><dt>{w("reference")}</dt><dd className="mono">{payout.reference}</dd></>}
        {payout.reason && <><dt>{w("reason")}</dt><dd>{payout.reason}</dd></>}
      </dl>
      {admin && OPEN.includes(payout.status) && <Account payout={payout} />}
      {shown.map((field) => (
        <Field key={field} label={w(field)} hint={w(`${field}.hint`)} value={given[field]} maxLength={field === "reference" ? 80 : 300} onChange={(event) => {
          const { value } = event.currentTarget;
          setGiven((before) => ({ ...before, [field]: value }));
        }} />
      ))}
    </Dialog>
  );
}

/** The account to pay to, read only when it is asked for: each look is in the audit log. */
function Account({ payout }: { payout: Payout }): ReactNode {
  const { rest } = useMetaia();
  const { w } = usePayoutText();
  const [found, setFound] = useState<Destination>();
  const read = async () => setFound((await rest.send("get", `${ADMIN}/${payout.id}/destination`)).data.destination);
  if (!found) return <p><ActionButton action={read}>{w("account.show")}</ActionButton> <small className="muted">{w("account.audited")}</small></p>;
  return (
    <dl className="facts" aria-live="polite">
      {(["holder", "accountNumber", "bankCode", "upi"] as const).filter((name) => found[name]).map((name) => (
        <div key={name}><dt>{w(name)}</dt><dd className="mono">{found[name]}</dd></div>
      ))}
    </dl>
  );
}
