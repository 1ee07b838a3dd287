// A conversation in which a member of staff has no place: joining it, or reading it, with a reason that is kept.
import type { Conversation, Message } from "@metaia/client/chat";
import { useChat } from "@metaia/client/chat/react";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { usePersonName } from "./names.js";
import { useSummary } from "./summary.js";
import { useChatText } from "./text.js";
import { ReasonDialog } from "./tools.js";

/** `conversation` is unknown to staff unless it is one with support. */
export function Outside({ id, conversation }: { id: string; conversation?: Conversation | undefined }): ReactNode {
  const chat = useChat();
  const { rest } = useMetaia();
  const { c, clock, day } = useChatText();
  const name = usePersonName();
  const summary = useSummary();
  const [asked, setAsked] = useState<"join" | "read" | null>(null);
  const [read, setRead] = useState<Message[]>();
  const load = async (reason: string) => setRead((await rest.send("get", `/api/admin/chat/conversations/${id}/messages`, { query: { reason } })).data.messages);
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
      {read && (
        <ol className="timeline">
          {read.map((one) => <li key={one.id}><strong>{one.sender ? one.sender.name ?? name(conversation, one.sender.id) : ""}</strong> <span className="chat-text">{summary(one, conversation)}</span><small>{day(one.createdAt)} {clock(one.createdAt)}</small></li>)}
        </ol>
      )}
      {asked === "join" && <ReasonDialog title={c("join")} text={c("audited")} send={join} onClose={() => setAsked(null)} />}
      {asked === "read" && <ReasonDialog title={c("read.reason")} text={c("audited")} send={load} onClose={() => setAsked(null)} />}
    </div>
  );
}
