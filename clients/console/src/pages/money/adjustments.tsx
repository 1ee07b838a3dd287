// Adjustments: one admin requests, another one decides.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Table } from "../../ui/table.js";
import { RequestDialog } from "./adjustment.js";
import { useRows } from "./books.js";
import { Pages } from "./table.js";
import { useMoneyText, type MoneyKey } from "./text.js";

type Adjustment = Schemas["AdjustmentOut"];
const PATH = "/api/admin/finance/adjustments";
const TONES: Record<Adjustment["status"], string> = { pending: "amber", approved: "green", rejected: "red", withdrawn: "grey" };

export function Adjustments({ admin }: { admin: boolean }): ReactNode {
  const { t } = useText();
  const { m, named, time } = useMoneyText();
  const [open, setOpen] = useState<Adjustment | null>(null);
  const [asking, setAsking] = useState(false);
  const list = useRows<Adjustment>(PATH, "adjustments", {});
  return (
    <>
      {admin && <p><Button kind="primary" onClick={() => setAsking(true)}>{m("adjust")}</Button></p>}
      <Pages
        list={list}
        none={m("adjust.none")}
        caption={m("adjustments")}
        keyOf={(one) => one.id}
        name={(one) => one.reason}
        onOpen={setOpen}
        columns={[
          { title: m("requested"), cell: (one) => <time dateTime={one.createdAt}>{time(one.createdAt)}</time> },
          { title: m("reason"), cell: (one) => one.reason },
          { title: m("amount"), right: true, cell: (one) => <Money amount={one.lines.reduce((sum, line) => sum + Math.max(0, line.amount), 0)} currency={one.currency} /> },
          { title: t("order.status"), cell: (one) => <Badge tone={TONES[one.status]}>{named("status", one.status)}</Badge> },
        ]}
      />
      {asking && <RequestDialog onClose={() => setAsking(false)} onDone={() => (setAsking(false), list.reload())} />}
      {open && <DecisionDialog adjustment={open} onClose={() => setOpen(null)} onDone={() => (setOpen(null), list.reload())} />}
    </>
  );
}

function DecisionDialog({ adjustment, onClose, onDone }: { adjustment: Adjustment; onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { m } = useMoneyText();
  const [reason, setReason] = useState("");
  const { id, version, currency } = adjustment;
  const act = (action: string) => async () => {
    await rest.send("post", `${PATH}/${id}/${action}`, { body: { reason: reason.trim(), expectedVersion: version }, key: crypto.randomUUID() });
    onDone();
  };
  return (
    <Dialog
      title={adjustment.reason}
      onClose={onClose}
      actions={adjustment.allowedActions.map((action) => (
        <ActionButton key={action} kind={action === "approve" ? "primary" : "danger"} disabled={!reason.trim()} action={act(action)}>{m(action as MoneyKey)}</ActionButton>
      ))}
    >
      <dl className="facts">
        <dt>{m("by")}</dt><dd className="mono">{adjustment.requestedBy}</dd>
        {adjustment.postingId && <><dt>{m("posting")}</dt><dd className="mono">{adjustment.postingId}</dd></>}
      </dl>
      <Table
        caption={m("lines")}
        rows={adjustment.lines}
        keyOf={(one) => `${one.kind} ${one.owner} ${one.amount}`}
        columns={[
          { title: m("account"), cell: (one) => <span className="account"><strong>{one.kind}</strong> <span className="mono">{one.owner}</span></span> },
          { title: m("amount"), right: true, cell: (one) => <Money amount={one.amount} currency={currency} /> },
        ]}
      />
      {adjustment.allowedActions.length > 0 && <Field label={m("reason")} hint={m("reason.hint")} value={reason} maxLength={300} onChange={(event) => setReason(event.currentTarget.value)} />}
    </Dialog>
  );
}
