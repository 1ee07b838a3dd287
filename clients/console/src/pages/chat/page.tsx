// Messages: the conversations, and beside them the one that is open.
import { useUser } from "@metaia/client/react";
import type { ReactNode } from "react";
import { Empty } from "../../ui/card.js";
import { ConversationView } from "./conversation.js";
import { ConversationList } from "./list.js";
import { useChatText } from "./text.js";

export function ChatPage({ id }: { id?: string | undefined }): ReactNode {
  const { c } = useChatText();
  const user = useUser();
  if (!user) return null;
  return (
    <div className={id ? "chat open" : "chat"}>
      <ConversationList current={id} />
      {id ? <ConversationView key={id} id={id} /> : <section className="card chat-none"><Empty title={c("choose")} /></section>}
    </div>
  );
}
