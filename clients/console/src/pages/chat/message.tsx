// One message: who wrote it, what it answers, its text and files, reactions, and what can be done with it.
import { deliveryOf, type Conversation, type Message, type Outgoing } from "@metaia/client/chat";
import { useChat } from "@metaia/client/chat/react";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { files } from "../../app/parts.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { useAttempt } from "../../ui/toast.js";
import { usePersonName } from "./names.js";
import { MessageMenu } from "./menu.js";
import { useSummary } from "./summary.js";
import { useChatText } from "./text.js";

const MARKS = { sent: "✓", delivered: "✓✓", read: "✓✓" };

export function MessageItem({ message, conversation, me, follows, onReply, onEdit, onOpen }: {
  message: Message;
  conversation: Conversation;
  me: string | undefined;
  /** It follows another one of its sender closely. */
  follows: boolean;
  onReply: (message: Message) => void;
  onEdit: (message: Message) => void;
  onOpen: (seq: number) => void;
}): ReactNode {
  const { c, clock } = useChatText();
  const name = usePersonName();
  const summary = useSummary();
  const { sender, replyTo, deletedAt, attachments, text, editedAt, createdAt, system } = message;
  if (system || !sender && message.kind === "system") return <li className="chat-day">{summary(message, conversation)} <time dateTime={createdAt}>{clock(createdAt)}</time></li>;
  const own = sender?.id === me;
  const delivery = own ? deliveryOf(message, conversation, me) : null;
  return (
    <li className={`chat-item ${own ? "own" : ""} ${follows ? "follows" : ""}`} data-seq={message.seq}>
      <div className="chat-bubble">
        {!own && !follows && <strong className="chat-sender">{sender?.name ?? name(conversation, sender?.id)}</strong>}
        {replyTo && (
          <button type="button" className="chat-quote" onClick={() => onOpen(replyTo.seq)}>
            <strong>{name(conversation, replyTo.senderId)}</strong>
            <span>{replyTo.deleted ? c("deleted") : replyTo.excerpt ?? c("file")}</span>
          </button>
        )}
        {deletedAt ? <p className="chat-text gone">{summary(message, conversation)}</p> : text && <p className="chat-text">{text}</p>}
        {attachments.length > 0 && <Loaded part={files} lines={1} show={({ MessageFiles }) => <MessageFiles attachments={attachments} />} />}
        <small className="chat-meta">
          {editedAt && !deletedAt && <span>{c("edited")}</span>}
          <time dateTime={createdAt}>{clock(createdAt)}</time>
          {delivery && !deletedAt && <span className={`chat-mark ${delivery}`}><span aria-hidden="true">{MARKS[delivery]}</span><span className="visually-hidden">{c(`delivery.${delivery}`)}</span></span>}
        </small>
        <Reactions message={message} me={me} />
      </div>
      {!deletedAt && <MessageMenu message={message} conversation={conversation} own={own} onReply={onReply} onEdit={onEdit} />}
    </li>
  );
}

function Reactions({ message, me }: { message: Message; me: string | undefined }): ReactNode {
  const chat = useChat();
  const attempt = useAttempt();
  const { c } = useChatText();
  if (!message.reactions.length || message.deletedAt) return null;
  return (
    <span className="chat-reactions">
      {message.reactions.map(({ emoji, count, userIds }) => {
        const mine = !!me && userIds.includes(me);
        return (
          <button key={emoji} type="button" className="chip" aria-pressed={mine} aria-label={c("reaction", { emoji, count })} onClick={() => void attempt(() => chat.react(message, emoji, !mine))}>
            {emoji} {count > 1 && count}
          </button>
        );
      })}
    </span>
  );
}

/** A message that the server does not have yet. */
export function OutgoingItem({ outgoing }: { outgoing: Outgoing }): ReactNode {
  const chat = useChat();
  const { c, named } = useChatText();
  const [id] = useState(outgoing.clientMessageId);
  const { body, state, error } = outgoing;
  return (
    <li className="chat-item own waiting">
      <div className="chat-bubble">
        {body.text && <p className="chat-text">{body.text}</p>}
        {!!body.attachments?.length && <p className="chat-text"><Icon name="document" /> {c("files", { count: body.attachments.length })}</p>}
        <small className="chat-meta" role="status">{state === "failed" ? named("error", error ?? "") : c("waiting")}</small>
        {state === "failed" && (
          <span className="actions">
            <Button onClick={() => chat.retry(id)}>{c("again")}</Button>
            <Button kind="danger" onClick={() => chat.discard(id)}>{c("discard")}</Button>
          </span>
        )}
      </div>
    </li>
  );
}

