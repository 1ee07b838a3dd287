// One conversation on screen: its head, its messages, and where one writes.
import type { Message } from "@metaia/client/chat";
import { useChat, useConversation } from "@metaia/client/chat/react";
import { useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { STAFF } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/card.js";
import { Icon } from "../../ui/icon.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Composer, type Writing } from "./composer.js";
import { Messages } from "./messages.js";
import { usePersonName, useTitle } from "./names.js";
import { Outside } from "./outside.js";
import { SearchDialog } from "./search.js";
import { useChatText } from "./text.js";
import { ConversationTools } from "./tools.js";

/** Mark what is on screen as read while the page is visible. */
function useReading(id: string, lastSeq: number | undefined, active: boolean): void {
  const chat = useChat();
  useEffect(() => {
    const read = () => {
      if (active && lastSeq && document.visibilityState === "visible") chat.read(id, lastSeq).catch(() => undefined);
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [chat, id, lastSeq, active]);
}

export function ConversationView({ id }: { id: string }): ReactNode {
  const { t } = useText();
  const { c } = useChatText();
  const user = useUser();
  const me = user?.id;
  const shown = useConversation(id);
  const { conversation, messages, error, typing } = shown;
  const title = useTitle();
  const name = usePersonName();
  const [writing, setWriting] = useState<Writing | null>(null);
  const [searching, setSearching] = useState(false);
  const outside = conversation && !conversation.mine;
  useReading(id, shown.hasAfter ? undefined : messages?.at(-1)?.seq, !!conversation?.mine);
  const staff = STAFF.includes(user?.role ?? "");
  if (error?.status === 403 && staff && !conversation) return <section className="card chat-one"><Outside id={id} /></section>;
  if (error && [403, 404, 422].includes(error.status) && !conversation) return <section className="card chat-one"><Empty title={c("unknown")}><Link to="/chat">{t("back")}</Link></Empty></section>;
  if (!conversation) return <section className="card chat-one"><Skeleton lines={8} /></section>;
  const answer = (message: Message) => setWriting({ kind: "reply", message });
  const edits = writing?.kind === "edit" ? writing : null; // the draft stays, too
  const composer = (of: Writing | null) => <Composer key={of?.kind === "edit" ? of.message.id : ""} conversation={conversation} writing={of} onDone={() => setWriting(null)} onSent={() => shown.hasAfter && shown.open()} />;
  return (
    <section className="card chat-one" aria-label={title(conversation)}>
      <header className="card-head">
        <Link to="/chat" className="chat-back"><Icon name="back" /><span className="visually-hidden">{t("back")}</span></Link>
        <div className="chat-title">
          <h2>{title(conversation)} {conversation.status === "closed" && <Badge>{c("closed")}</Badge>}</h2>
          <small className="muted" aria-live="polite">{typing.length ? c("typing", { names: typing.map((one) => name(conversation, one)).join(", ") }) : c("people", { count: conversation.participantCount })}</small>
        </div>
        <div className="card-tools">
          {conversation.dealId && <Link to={`/deals/${conversation.dealId}`}>{c("deal")}</Link>}
          <Button kind="quiet" aria-label={c("search.here")} onClick={() => setSearching(true)}><Icon name="search" /></Button>
          <ConversationTools conversation={conversation} />
        </div>
      </header>
      {outside ? <Outside id={id} conversation={conversation} /> : (
        <>
          <Messages shown={shown} me={me} onReply={answer} onEdit={(message) => setWriting({ kind: "edit", message })} />
          <div hidden={!!edits}>{composer(edits ? null : writing)}</div>
          {edits && composer(edits)}
        </>
      )}
      {searching && <SearchDialog conversationId={id} onClose={() => setSearching(false)} onOpen={(seq) => (setSearching(false), shown.open(seq))} />}
    </section>
  );
}
