// What can be done with a conversation: for oneself, and as its allowed actions state.
import type { Conversation, ConversationActions } from "@metaia/client/chat";
import { useChat } from "@metaia/client/chat/react";
import { useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { groups } from "../../app/parts.js";
import { STAFF } from "../../app/roles.js";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { closeMenu } from "../../ui/menu.js";
import { useAttempt } from "../../ui/toast.js";
import { ReportDialog } from "./report.js";
import { useChatText } from "./text.js";

const HOURS = 8; // a conversation is muted
type Asked = "group" | "report" | "escalate" | null;

export function ConversationTools({ conversation }: { conversation: Conversation }): ReactNode {
  const chat = useChat();
  const attempt = useAttempt();
  const { go } = useRouter();
  const { c } = useChatText();
  const user = useUser();
  const [asked, setAsked] = useState<Asked>(null);
  const { id, mine, kind, participants, allowedActions, version } = conversation;
  const other = kind === "direct" ? participants.find((one) => one.userId !== user?.id) : undefined;
  const staff = STAFF.includes(user?.role ?? "");
  const blocked = other && chat.store.getState().blocked.includes(other.userId);
  const muted = !!mine?.mutedUntil && new Date(mine.mutedUntil) > new Date();
  const until = () => new Date(Date.now() + HOURS * 3_600_000).toISOString();
  const act = <A extends keyof ConversationActions>(action: A, body?: ConversationActions[A], then?: () => void) => () => void attempt(() => chat.act(id, action, body)).then((went) => went && then?.());
  const button = (text: string, action: () => void, danger = false) => (
    <Button key={text} kind={danger ? "danger" : "quiet"} onClick={(event) => (closeMenu(event), action())}>{text}</Button>
  );
  const may = (action: Conversation["allowedActions"][number]) => allowedActions.includes(action);
  return (
    <>
      <details className="menu">
        <summary aria-label={c("conversation.menu")}><Icon name="more" /></summary>
        <div className="menu-body">
          {kind === "group" && may("leave") && button(c("group"), () => setAsked("group"))}
          {mine && button(c(muted ? "unmute" : "mute"), () => void attempt(() => chat.setMine(id, { mutedUntil: muted ? null : until() })))}
          {mine && button(c(mine.pinned ? "unpin" : "pin"), () => void attempt(() => chat.setMine(id, { pinned: !mine.pinned })))}
          {mine && button(c(mine.archived ? "unarchive" : "archive"), () => void attempt(() => chat.setMine(id, { archived: !mine.archived })))}
          {mine && button(c("clear"), act("clear"))}
          {may("assign") && button(c("assign"), act("assign", { assigneeId: user!.id, expectedVersion: version }))}
          {may("escalate") && button(c("escalate"), () => setAsked("escalate"))}
          {may("close") && button(c("close"), act("close"))}
          {may("reopen") && button(c("reopen"), act("reopen"))}
          {may("leave") && button(c("leave"), act("leave", {}, () => go("/chat")), true)}
          {other && !staff && !STAFF.includes(other.role) && button(c(blocked ? "unblock" : "block"), () => void attempt(() => chat.block(other.userId, !blocked)), !blocked)}
          {!staff && button(c("report"), () => setAsked("report"))}
        </div>
      </details>
      {asked === "group" && <Loaded part={groups} lines={1} show={({ GroupDialog }) => <GroupDialog conversation={conversation} onClose={() => setAsked(null)} />} />}
      {asked === "report" && <ReportDialog of={{ conversationId: id }} onClose={() => setAsked(null)} />}
      {asked === "escalate" && <ReasonDialog title={c("escalate")} text={c("escalate.text")} send={(reason) => chat.act(id, "escalate", { reason })} onClose={() => setAsked(null)} />}
    </>
  );
}

const LONGEST = 500; // characters of a reason; the same as in metaia/chat/support/schemas.py

/** Asks for a reason of `least` characters, and does something with it. */
export function ReasonDialog({ title, text, least = 1, send, onClose }: { title: string; text: string; least?: number; send: (reason: string) => Promise<unknown>; onClose: () => void }): ReactNode {
  const { t } = useText();
  const { c } = useChatText();
  const [reason, setReason] = useState("");
  return (
    <Dialog title={title} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={[...reason.trim()].length < least} action={() => send(reason.trim()).then(onClose)}>{title}</ActionButton></>}>
      <p className="muted small">{text}</p>
      <Field label={c("reason")} hint={least > 1 ? c("reason.least", { count: least }) : undefined} value={reason} maxLength={LONGEST} onChange={(event) => setReason(event.currentTarget.value)} />
    </Dialog>
  );
}
