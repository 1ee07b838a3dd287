import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Select } from "../../ui/field.js";
import { useCourierText } from "./text.js";

/** Asks for one of some reasons before an action. */
export function ReasonDialog({ title, reasons, done, onSend, onClose }: {
  title: string;
  reasons: readonly (readonly [string, string])[];
  done: string;
  onSend: (reason: string) => Promise<unknown>;
  onClose: () => void;
}): ReactNode {
  const { t } = useText();
  const { c } = useCourierText();
  const [reason, setReason] = useState(reasons[0]![0]);
  return (
    <Dialog title={title} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="danger" action={() => onSend(reason).then(onClose)} done={done}>{title}</ActionButton></>}>
      <Select label={c("reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} options={reasons} />
    </Dialog>
  );
}
