// The conversations of the user, the last spoken in first.
import type { Conversation } from "@metaia/client/chat";
import { useConversations, useUnreadMessages } from "@metaia/client/chat/react";
import { useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { groups } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Avatar } from "../../ui/avatar.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Icon } from "../../ui/icon.js";
import { Skeleton } from "../../ui/skeleton.js";
import { BeginDialog } from "./begin.js";
import { usePersonName, useTitle } from "./names.js";
import { Settings } from "./settings.js";
import { useSummary } from "./summary.js";
import { useChatText } from "./text.js";

const VIEWS = ["all", "unread", "archived"] as const;
const FILTERS = { all: { archived: false }, unread: { unread: true }, archived: { archived: true } } as const;

export function ConversationList({ current }: { current?: string | undefined }): ReactNode {
  const { t } = useText();
  const { c } = useChatText();
  const [view, setView] = useState<(typeof VIEWS)[number]>("all");
  const [q, setQ] = useState("");
  const [asked, setAsked] = useState<"begin" | "group" | "settings" | null>(null);
  const unread = useUnreadMessages();
  const { data, hasMore, busy, error, more, reload } = useConversations({ ...FILTERS[view], ...(q.trim() && { q: q.trim() }), limit: 25 });
  return (
    <section className="card chat-list" aria-label={c("conversations")}>
      <header className="card-head">
        <h2>{c("conversations")} {!!unread?.messages && <Badge tone="red">{unread.more ? `${unread.messages}+` : unread.messages}</Badge>}</h2>
        <div className="card-tools">
          <Button kind="quiet" aria-label={c("settings")} onClick={() => setAsked("settings")}><Icon name="gear" /></Button>
          <Button kind="primary" aria-label={c("begin")} onClick={() => setAsked("begin")}>{c("new")}</Button>
        </div>
      </header>
      <input type="search" className="filter" aria-label={c("search")} placeholder={c("search")} maxLength={100} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
      <div className="chips" role="group" aria-label={c("view")}>
        {VIEWS.map((one) => <button key={one} type="button" className="chip" aria-pressed={view === one} onClick={() => setView(one)}>{c(`view.${one}`)}</button>)}
      </div>
      {error && !data ? <Empty title={c("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>
        : !data ? <Skeleton lines={6} />
        : data.length === 0 ? <Empty title={c(view === "all" && !q ? "none" : "none.match")} />
        : <ul aria-busy={busy}>{data.map((one) => <Row key={one.id} conversation={one} current={one.id === current} />)}</ul>}
      {hasMore && <div className="list-more"><Button busy={busy} onClick={more}>{t("list.more")}</Button></div>}
      {asked === "begin" && <BeginDialog onClose={() => setAsked(null)} onGroup={() => setAsked("group")} />}
      {asked === "group" && <Loaded part={groups} lines={1} show={({ NewGroup }) => <NewGroup onClose={() => setAsked(null)} />} />}
      {asked === "settings" && <Settings onClose={() => setAsked(null)} />}
    </section>
  );
}

function Row({ conversation, current }: { conversation: Conversation; current: boolean }): ReactNode {
  const { c } = useChatText();
  const title = useTitle()(conversation);
  const person = usePersonName();
  const summary = useSummary();
  const me = useUser()?.id;
  const { lastMessage: last, unread, unreadMore, mine, status, kind } = conversation;
  const by = !last?.sender ? "" : last.sender.id === me ? `${c("you")}: ` : kind === "direct" ? "" : `${person(conversation, last.sender.id)}: `;
  const muted = mine?.mutedUntil && new Date(mine.mutedUntil) > new Date();
  return (
    <li>
      <Link to={`/chat/${conversation.id}`} current={current} className={unread ? "chat-row unread" : "chat-row"}>
        <Avatar name={title} />
        <span className="chat-row-text">
          <span className="chat-row-head"><strong>{title}</strong>{last && <small><TimeAgo at={last.createdAt} /></small>}</span>
          <span className="chat-row-head">
            <small className="chat-last">{by}{last ? summary(last, conversation) : c("nothing")}</small>
            {unread > 0 && <span className={muted ? "chat-count muted-count" : "chat-count"}><span className="visually-hidden">{c("unread", { count: unread })}</span><span aria-hidden="true">{unreadMore ? "99+" : unread}</span></span>}
          </span>
          {(kind !== "direct" || status === "closed" || mine?.pinned) && (
            <span className="badges">
              {kind !== "direct" && <Badge tone={kind === "support" ? "blue" : kind === "deal" ? "violet" : "grey"}>{c(`kind.${kind}`)}</Badge>}
              {status === "closed" && <Badge>{c("closed")}</Badge>}
              {mine?.pinned && <Badge tone="amber">{c("pinned")}</Badge>}
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}
