// A conversation in which a member of staff has no place: joining it, or reading it, with a reason that is kept.
import type { Conversation, Message } from "@metaia/client/chat";
import { useChat } from "@metaia/client/chat/react";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { usePersonName } from "./names.js";
import { useSummary } from "./summary.js";
import { useChatText } from "./text.js";
import { ReasonDialog } from "./tools.js";

const LEAST = 5; // characters of a reason to read; the same as in metaia/chat/moderation/schemas.py

/** `conversation` is unknown to staff unless it is one with support. */
export function Outside({ id, conversation }: { id: string; conversation?: Conversation | undefined }): ReactNode {
  const chat = useChat();
  const { rest } = useMetaia();
  const { c, clock, day } = useChatText();
  const name = usePersonName();
  const summary = useSummary();
  const [asked, setAsked] = useState<"join" | "read" | null>(null);
  const [read, setRead] = useState<{ reason: string; messages: Message[]; hasBefore: boolean }>();
  /** Load the newest messages, or the page before those that are known. */
  const load = async (reason: string, known: Message[] = []) => {
    const { data, meta } = await rest.send("get", `/api/admin/chat/conversations/${id}/messages`, { query: { reason, before: known[0]?.seq } });
    setRead({ reason, messages: [...data.messages, ...known], hasBefore: !!meta.hasBefore });
  };
  const join = async (reason: string) => {
    await chat.act(id, "join", { reason });
    await chat.open(id);
  };
  return (
    <div className="chat-outside">
      <p>{c("outside")}</p>
      <div className="actions">
        {conversation?.allowedActions.includes("join") !== false && <Button kind="primary" onClick={() => setAsked("join")}>{c("join")}</Button>}
        <Button onClick={() => setAsked("read")}>{c("read.reason")}</Button>
      </div>
      {read?.hasBefore && <p><ActionButton action={() => load(read.reason, read.messages)}>{c("earlier")}</ActionButton></p>}
      {read && (
        <ol className="timeline">
          {read.messages.map((one) => <li key={one.id}><strong>{one.sender ? one.sender.name ?? name(conversation, one.sender.id) : ""}</strong> <span className="chat-text">{summary(one, conversation)}</span><small>{day(one.createdAt)} {clock(one.createdAt)}</small></li>)}
        </ol>
      )}
      {asked === "join" && <ReasonDialog title={c("join")} text={c("audited")} send={join} onClose={() => setAsked(null)} />}
      {asked === "read" && <ReasonDialog title={c("read.reason")} text={c("audited")} least={LEAST} send={load} onClose={() => setAsked(null)} />}
    </div>
  );
}
