// What can be done with a message: react, answer, edit, delete, report.
import type { Conversation, Message } from "@metaia/client/chat";
import { useChat } from "@metaia/client/chat/react";
import { useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { STAFF } from "../../app/roles.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { closeMenu } from "../../ui/menu.js";
import { useAttempt } from "../../ui/toast.js";
import { ReportDialog } from "./report.js";
import { useChatText } from "./text.js";

const REACTIONS = ["👍", "❤️", "😂", "😮", "🙏"];
const EDIT = 15 * 60_000; // ms in which a message can be edited
const DELETE = 24 * 3_600_000; // ms in which its sender can delete it

export function MessageMenu({ message, conversation, own, onReply, onEdit }: {
  message: Message;
  conversation: Conversation;
  own: boolean;
  onReply: (message: Message) => void;
  onEdit: (message: Message) => void;
}): ReactNode {
  const chat = useChat();
  const attempt = useAttempt();
  const { c } = useChatText();
  const staff = STAFF.includes(useUser()?.role ?? "");
  const [reports, setReports] = useState(false);
  const age = Date.now() - Date.parse(message.createdAt);
  const writes = conversation.allowedActions.includes("send");
  const removes = staff || (own && age < DELETE);
  const button = (text: string, action: () => void, kind: "quiet" | "danger" = "quiet") => (
    <Button kind={kind} onClick={(event) => (closeMenu(event), action())}>{text}</Button>
  );
  return (
    <>
      <details className="menu chat-menu">
        <summary aria-label={c("message.menu")}><Icon name="more" /></summary>
        <div className="menu-body">
          {writes && (
            <div className="chat-reactions" role="group" aria-label={c("react")}>
              {REACTIONS.map((emoji) => <button key={emoji} type="button" className="chip" onClick={(event) => (closeMenu(event), void attempt(() => chat.react(message, emoji, true)))}>{emoji}</button>)}
            </div>
          )}
          {writes && button(c("reply"), () => onReply(message))}
          {writes && own && message.text !== null && age < EDIT && button(c("edit"), () => onEdit(message))}
          {!own && conversation.mine && button(c("unread.from"), () => void attempt(() => chat.markUnread(conversation.id, message.seq)))}
          {!own && !staff && button(c("report"), () => setReports(true))}
          {removes && button(c("delete"), () => void attempt(() => chat.remove(message.id)), "danger")}
        </div>
      </details>
      {reports && <ReportDialog of={{ messageId: message.id }} onClose={() => setReports(false)} />}
    </>
  );
}
