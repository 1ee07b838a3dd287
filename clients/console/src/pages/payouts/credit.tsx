// A customer's requests for credit: ask for a limit, read the decision, withdraw.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { money } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { PayoutBadge, usePayoutText } from "./text.js";

export type CreditRequest = Schemas["CreditRequestOut"];
export const REQUESTS = "/api/finance/credit/requests";

export function OwnCredit(): ReactNode {
  const { rest } = useMetaia();
  const { w, time } = usePayoutText();
  const { Pages, useRows } = money.views!; // its script has loaded before this one
  const [asking, setAsking] = useState(false);
  const list = useRows<CreditRequest>(REQUESTS, "requests", {});
  const withdraw = ({ id, version }: CreditRequest) => async () => {
    await rest.send("post", `${REQUESTS}/${id}/withdraw`, { body: { expectedVersion: version }, key: crypto.randomUUID() }).finally(list.reload);
  };
  return (
    <Card title={w("credit")} tools={<Button onClick={() => setAsking(true)}>{w("credit.request")}</Button>}>
      <Pages
        list={list}
        none={w("credit.none")}
        caption={w("credit")}
        keyOf={(one) => one.id}
        columns={[
          { title: w("requested"), cell: (one) => <time dateTime={one.createdAt}>{time(one.createdAt)}</time> },
          { title: w("reason"), cell: (one) => <span className="breaks">{one.reason}</span> },
          { title: w("status"), cell: (one) => <span className="stacked"><span><PayoutBadge status={one.status} /></span>{one.status === "rejected" && one.decision && <small>{one.decision}</small>}</span> },
          { title: w("limit"), right: true, cell: (one) => <Money amount={one.approved ?? one.limit} currency={one.currency} /> },
          { title: w("actions"), cell: (one) => one.allowedActions.includes("withdraw") && <ActionButton action={withdraw(one)} done={w("credit.withdrawn")}>{w("credit.withdraw")}</ActionButton> },
        ]}
      />
      {asking && <AskDialog onClose={() => setAsking(false)} onDone={() => (setAsking(false), list.reload())} />}
    </Card>
  );
}

function AskDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { w } = usePayoutText();
  const [limit, setLimit] = useState("");
  const [currency, setCurrency] = useState("INR");
  const [reason, setReason] = useState("");
  const complete = Number(limit) > 0 && /^[A-Z]{3}$/.test(currency) && reason.trim();
  const send = async () => {
    await rest.send("post", REQUESTS, { body: { limit: Number(limit), currency, reason: reason.trim() }, key: crypto.randomUUID() });
    onDone();
  };
  return (
    <Dialog
      title={w("credit.request")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!complete} action={send} done={w("credit.requested")}>{w("credit.send")}</ActionButton></>}
    >
      <p className="muted small">{w("credit.text")}</p>
      <Field label={w("limit")} type="number" min={0} step="any" value={limit} onChange={(event) => setLimit(event.currentTarget.value)} />
      <Field label={w("currency")} value={currency} maxLength={3} onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())} />
      <Field label={w("reason")} hint={w("credit.reason")} value={reason} maxLength={300} onChange={(event) => setReason(event.currentTarget.value)} />
    </Dialog>
  );
}
