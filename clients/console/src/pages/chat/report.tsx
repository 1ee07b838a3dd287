// A report to staff: of a message, a conversation or a user.
import type { ReportReason } from "@metaia/client/chat";
import { useChat } from "@metaia/client/chat/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { useChatText } from "./text.js";

export const REASONS: readonly ReportReason[] = ["spam", "abuse", "fraud", "off_platform_payment", "other"];

export function ReportDialog({ of, onClose }: { of: { messageId: string } | { conversationId: string } | { userId: string }; onClose: () => void }): ReactNode {
  const chat = useChat();
  const { t } = useText();
  const { c } = useChatText();
  const [reason, setReason] = useState<ReportReason>("spam");
  const [note, setNote] = useState("");
  const send = () => chat.report(of, reason, note.trim()).then(onClose);
  return (
    <Dialog title={c("report")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" action={send} done={c("report.done")}>{c("report")}</ActionButton></>}>
      <p className="muted small">{c("report.text")}</p>
      <Select label={c("reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value as ReportReason)} options={REASONS.map((one) => [one, c(`reason.${one}`)] as const)} />
      <Field label={c("note")} value={note} maxLength={1000} onChange={(event) => setNote(event.currentTarget.value)} />
    </Dialog>
  );
}
