// What admins do with a request for credit: they see the customer's credit, grant a limit, or refuse.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { REQUESTS, type CreditRequest } from "./credit.js";
import { PayoutBadge, usePayoutText } from "./text.js";

type Credit = Schemas["CreditOut"];
const TERM = 30; // days; the same as in metaia/finance/credit_requests/schemas.py
const LONGEST_TERM = 180;

export function CreditDecision({ request, name, admin, onClose, onDone }: { request: CreditRequest; name: string; admin: boolean; onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { w, time } = usePayoutText();
  const [limit, setLimit] = useState(String(request.limit));
  const [term, setTerm] = useState(String(TERM));
  const [reason, setReason] = useState("");
  const credit = useCredit(request);
  const { id, version, currency, allowedActions } = request;
  const decides = admin && allowedActions.includes("approve");
  const act = (action: "approve" | "reject") => async () => {
    const granted = action === "approve" ? { limit: Number(limit), termDays: Number(term) } : {};
    await rest.send("post", `${REQUESTS}/${id}/${action}`, { body: { ...granted, reason: reason.trim(), expectedVersion: version }, key: crypto.randomUUID() });
    onDone();
  };
  const grantable = Number(limit) > 0 && Number.isInteger(Number(term)) && Number(term) >= 1 && Number(term) <= LONGEST_TERM;
  return (
    <Dialog
      title={w("credit.one")}
      onClose={onClose}
      actions={decides && (
        <>
          <ActionButton kind="danger" disabled={!reason.trim()} action={act("reject")} done={w("decided")}>{w("do.reject")}</ActionButton>
          <ActionButton kind="primary" disabled={!reason.trim() || !grantable} action={act("approve")} done={w("decided")}>{w("do.grant")}</ActionButton>
        </>
      )}
    >
      <dl className="facts">
        <dt>{w("limit")}</dt><dd><Money amount={request.limit} currency={currency} /></dd>
        <dt>{w("status")}</dt><dd><PayoutBadge status={request.status} /></dd>
        <dt>{w("who")}</dt><dd>{name}</dd>
        <dt>{w("requested")}</dt><dd>{time(request.createdAt)}</dd>
        <dt>{w("reason")}</dt><dd>{request.reason}</dd>
        {request.decision && <><dt>{w("decision")}</dt><dd>{request.decision}</dd></>}
      </dl>
      {credit && <Now credit={credit} />}
      {decides && (
        <>
          <div className="two">
            <Field label={w("grant", { currency })} type="number" min={0} step="any" value={limit} onChange={(event) => setLimit(event.currentTarget.value)} />
            <Field label={w("term")} type="number" min={1} max={LONGEST_TERM} value={term} onChange={(event) => setTerm(event.currentTarget.value)} />
          </div>
          <Field label={w("reason")} hint={w("credit.decision")} value={reason} maxLength={300} onChange={(event) => setReason(event.currentTarget.value)} />
        </>
      )}
    </Dialog>
  );
}

/** The customer's credit in the currency of a request; undefined if there is none. */
function useCredit({ userId, currency }: CreditRequest): Credit | undefined {
  const { rest } = useMetaia();
  const [found, setFound] = useState<Credit>();
  useEffect(() => {
    let current = true;
    const credits = rest.send("get", `/api/admin/finance/credit/${userId}`).then(({ data }) => data.credits as Credit[]);
    credits.then((all) => current && setFound(all.find((one) => one.currency === currency)), () => undefined);
    return () => void (current = false);
  }, [rest, userId, currency]);
  return found;
}

function Now({ credit }: { credit: Credit }): ReactNode {
  const { w } = usePayoutText();
  return (
    <>
      <h3>{w("credit.now")} <PayoutBadge of="credit" status={credit.status} /></h3>
      <dl className="facts">
        {(["limit", "balance", "held", "overdue"] as const).map((name) => (
          <div key={name}><dt>{w(`has.${name}`)}</dt><dd><Money amount={credit[name]} currency={credit.currency} /></dd></div>
        ))}
        <div><dt>{w("grade")}</dt><dd>{credit.riskGrade}</dd></div>
      </dl>
    </>
  );
}
