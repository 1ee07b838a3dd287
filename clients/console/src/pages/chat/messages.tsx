// The messages of a conversation, with days between them, and what is on its way at their end.
import type { Message } from "@metaia/client/chat";
import type { ConversationHook } from "@metaia/client/chat/react";
import { Fragment, useRef, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { MessageItem, OutgoingItem } from "./message.js";
import { useChatText } from "./text.js";

const NEAR = 240; // pixels from the top, where earlier messages are loaded
const TOGETHER = 300_000; // ms within which messages of a sender have one name

export function Messages({ shown, me, onReply, onEdit }: {
  shown: ConversationHook;
  me: string | undefined;
  onReply: (message: Message) => void;
  onEdit: (message: Message) => void;
}): ReactNode {
  const { t } = useText();
  const { c, day } = useChatText();
  const { conversation, messages, outgoing, hasBefore, hasAfter, busy, error, more, open } = shown;
  const frame = useRef<HTMLDivElement>(null);
  const first = useRef(conversation?.mine?.readSeq ?? 0); // what was unread when the page was opened stays marked
  if (error && !messages) return <Empty title={c("failed")}><Button onClick={() => open()}>{t("list.again")}</Button></Empty>;
  if (!messages) return <Skeleton lines={6} />;
  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = frame.current!;
    // The frame is filled from below: its top is the most negative place.
    if (hasBefore && !busy && !error && scrollHeight - clientHeight + scrollTop < NEAR) more("before");
  };
  const firstUnread = messages.find((one) => one.seq > first.current && one.sender?.id !== me && !one.system);
  return (
    <div className="chat-messages" ref={frame} onScroll={scrolled} tabIndex={0} role="log" aria-live="polite" aria-busy={busy} aria-label={c("messages")}>
      <ol>
        {hasBefore && <li className="chat-more"><Button kind="quiet" busy={busy} onClick={() => more("before")}>{c("earlier")}</Button></li>}
        {messages.length === 0 && outgoing.length === 0 && <li className="chat-more muted">{c("nothing")}</li>}
        {messages.map((one, index) => {
          const before = messages[index - 1];
          const newDay = !before || day(before.createdAt) !== day(one.createdAt);
          const follows = !newDay && before?.sender?.id === one.sender?.id && Date.parse(one.createdAt) - Date.parse(before!.createdAt) < TOGETHER;
          return (
            <Fragment key={one.id}>
              {newDay && <li className="chat-day">{day(one.createdAt)}</li>}
              {one === firstUnread && <li className="chat-day new">{c("new")}</li>}
              <MessageItem message={one} conversation={conversation!} me={me} follows={follows} onReply={onReply} onEdit={onEdit} onOpen={open} />
            </Fragment>
          );
        })}
        {hasAfter && <li className="chat-more"><Button busy={busy} onClick={() => more("after")}>{c("later")}</Button> <Button kind="primary" onClick={() => open()}>{c("newest")}</Button></li>}
        {outgoing.map((one) => <OutgoingItem key={one.clientMessageId} outgoing={one} />)}
      </ol>
    </div>
  );
}
