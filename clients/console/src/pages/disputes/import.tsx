// The import of a settlement as CSV, and the record that the bank has sent one back.
import { MetaiaError } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useId, useState, type ReactNode } from "react";
import type { Schemas } from "@metaia/client";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { useDisputeText } from "./text.js";

export type Settlement = Schemas["SettlementOut"];
export const PROVIDERS = ["razorpay", "stripe"]; // the same as in metaia/payments/reconciliation/rows.py
const PATH = "/api/admin/reconciliation/settlements";
const LONGEST = 2_000_000; // characters of a CSV
const PATIENCE = 60_000; // ms

interface Given {
  onClose: () => void;
  onDone: (settlement: Settlement) => void;
}

export function ImportDialog({ onClose, onDone }: Given): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { d, named } = useDisputeText();
  const [provider, setProvider] = useState(PROVIDERS[0]!);
  const [unit, setUnit] = useState("minor");
  const [settlementId, setSettlementId] = useState("");
  const [csv, setCsv] = useState("");
  const [wrong, setWrong] = useState("");
  const field = useId();
  const id = settlementId.trim();
  const complete = csv.trim() && csv.length <= LONGEST && (provider !== "stripe" || id);
  const send = async () => {
    const body = { provider, unit, csv, ...(id && { settlementId: id }) };
    setWrong("");
    try {
      onDone((await rest.send("post", PATH, { body, key: crypto.randomUUID(), timeout: PATIENCE })).data.settlement);
    } catch (error) {
      if (error instanceof MetaiaError && error.status === 422) setWrong(words(error));
      throw error;
    }
  };
  return (
    <Dialog
      title={d("import")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!complete} action={send} done={d("import.done")}>{d("import.do")}</ActionButton></>}
    >
      <p className="muted small">{d("import.text")}</p>
      <Select label={d("provider")} value={provider} onChange={(event) => setProvider(event.currentTarget.value)} options={PROVIDERS.map((one) => [one, named("provider", one)] as const)} />
      <Select label={d("unit")} value={unit} onChange={(event) => setUnit(event.currentTarget.value)} options={["minor", "major"].map((one) => [one, named("unit", one)] as const)} />
      <Field label={d("settlement")} hint={d("settlement.hint")} value={settlementId} maxLength={60} onChange={(event) => setSettlementId(event.currentTarget.value)} />
      <div className="field">
        <label htmlFor={`${field}-file`}>{d("csv.file")}</label>
        <input id={`${field}-file`} type="file" accept=".csv,text/csv" onChange={(event) => void event.currentTarget.files?.[0]?.text().then(setCsv)} />
      </div>
      <div className={wrong ? "field wrong" : "field"}>
        <label htmlFor={field}>{d("csv")}</label>
        <textarea id={field} className="mono" rows={6} spellCheck={false} value={csv} aria-invalid={!!wrong} aria-describedby={`${field}-wrong`} onChange={(event) => setCsv(event.currentTarget.value)} />
        <small id={`${field}-wrong`} role="alert">{wrong}</small>
      </div>
    </Dialog>
  );
}

/** What the server refuses, with the number of the row. */
const words = ({ details, message }: MetaiaError): string => Object.values(details).flat().filter((one) => typeof one === "string").join(" ") || message;

export function ReturnDialog({ onClose, onDone }: Given): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { d, named } = useDisputeText();
  const [provider, setProvider] = useState(PROVIDERS[0]!);
  const [settlementId, setSettlementId] = useState("");
  const id = settlementId.trim();
  const send = async () => {
    onDone((await rest.send("post", `${PATH}/returned`, { body: { provider, settlementId: id }, key: crypto.randomUUID() })).data.settlement);
  };
  return (
    <Dialog
      title={d("returned")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="danger" disabled={!id} action={send} done={d("returned.done")}>{d("returned.do")}</ActionButton></>}
    >
      <p>{d("returned.text")}</p>
      <Select label={d("provider")} value={provider} onChange={(event) => setProvider(event.currentTarget.value)} options={PROVIDERS.map((one) => [one, named("provider", one)] as const)} />
      <Field label={d("settlement")} value={settlementId} maxLength={60} onChange={(event) => setSettlementId(event.currentTarget.value)} />
    </Dialog>
  );
}
