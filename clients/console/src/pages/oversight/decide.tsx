// A decision of staff, with the reason that the audit log keeps.
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { useOversightText } from "./text.js";

export function DecideDialog<A extends string>({ title, actions, needsReason, children, onSend, onClose }: {
  title: string;
  actions: readonly A[];
  needsReason: (action: A) => boolean;
  children?: ReactNode;
  onSend: (action: A, reason: string) => Promise<unknown>;
  onClose: () => void;
}): ReactNode {
  const { t } = useText();
  const { o, named } = useOversightText();
  const [reason, setReason] = useState("");
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button>{actions.map((one, index) => (
        <ActionButton key={one} kind={one === "hide" || one === "return" ? "danger" : index === 0 ? "primary" : "normal"} disabled={needsReason(one) && !reason.trim()} action={() => onSend(one, reason.trim())} done={o("decided")}>{named("action", one)}</ActionButton>
      ))}</>}
    >
      {children}
      <Field label={o("reason")} hint={o("reason.hint")} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </Dialog>
  );
}
