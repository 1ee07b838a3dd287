// A bulk operation: the action and its parameters, a dry run, and the confirmation by the number of items.
import type { Instruction, Kind, Trial } from "@metaia/client/operations";
import { useState, type ReactNode } from "react";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { useToast } from "../../ui/toast.js";
import { ACTIONS, fieldsOf, filterOf, type ListFilter } from "./filter.js";
import { Parameters, type Given } from "./parameters.js";
import { useOperations, useOperationText } from "./text.js";
import { TrialView } from "./trial.js";

const LONGEST = 200; // characters of a reason; the same as in metaia/operations/schemas.py
const EMPTY: Given = { rejectReason: "out_of_stock", delivery: "", title: "", message: "" };

export function BulkDialog({ kind, ids, filter, scope, onClose }: {
  kind: Kind;
  ids: readonly string[];
  filter: ListFilter;
  scope: string;
  onClose: () => void;
}): ReactNode {
  const operations = useOperations();
  const { t } = useText();
  const { go } = useRouter();
  const o = useOperationText();
  const show = useToast();
  const { busy, run } = useAction();
  const [action, setAction] = useState<string>(ACTIONS[kind][0]);
  const [given, setGiven] = useState(EMPTY);
  const [reason, setReason] = useState("");
  const [trial, setTrial] = useState<Trial | null>(null);
  const [typed, setTyped] = useState("");
  /** What was tried is over when anything changes. */
  const changing = <V,>(set: (value: V) => void) => (value: V) => {
    set(value);
    setTrial(null);
    setTyped("");
  };
  const fields = fieldsOf(action);
  const complete = reason.trim() && fields.every(({ name, needed }) => !needed || given[name].trim());
  const instruction = (): Instruction => ({
    action: action as Instruction["action"],
    ...(ids.length ? { ids: [...ids] } : { filter: filterOf(kind, filter) }),
    reason: reason.trim(),
    parameters: Object.fromEntries(
      fields.filter(({ name }) => given[name].trim()).map(({ name }) => [name === "delivery" ? "deliveryPartnerId" : name, given[name].trim()]),
    ),
  });
  const attempt = () => run(async () => setTrial(await operations.try(kind, instruction())));
  const start = () =>
    run(
      async () => go(`/operations/${(await operations.start(kind, instruction(), trial!.count)).id}`),
      undefined,
      ({ code, message, details }) => {
        show(code === "count_changed" ? o("count_changed", { count: Number(details["count"]) }) : message, "error");
        setTrial(null);
        setTyped("");
      },
    );
  const confirmed = trial !== null && trial.count > 0 && typed.trim() === String(trial.count);
  return (
    <Dialog
      title={o("operation")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          {trial ? <Button kind="danger" disabled={!confirmed} busy={busy} onClick={() => void start()}>{o("start", { count: trial.count })}</Button>
          : <Button kind="primary" disabled={!complete} busy={busy} onClick={() => void attempt()}>{o("try")}</Button>}
        </>
      }
    >
      <p className="muted small">{scope}</p>
      <Select label={o("action")} value={action} onChange={(event) => changing(setAction)(event.currentTarget.value)} options={ACTIONS[kind].map((one) => [one, o(`action.${one}`)] as const)} />
      <Parameters fields={fields} given={given} onChange={changing(setGiven)} />
      <Field label={o("reason")} hint={o("reason.hint")} value={reason} maxLength={LONGEST} onChange={(event) => changing(setReason)(event.currentTarget.value)} />
      {trial && <TrialView trial={trial} />}
      {trial && trial.count > 0 && <Field label={o("confirm", { count: trial.count })} inputMode="numeric" autoComplete="off" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />}
    </Dialog>
  );
}
