// How many conversations are unread, in the navigation. It is no live region: a change is not read aloud.
import { useUnreadMessages } from "@metaia/client/chat/react";
import type { ReactNode } from "react";
import { useChatText } from "./text.js";

const MOST = 99; // shown

export function UnreadCount(): ReactNode {
  const count = useUnreadMessages()?.conversations ?? 0;
  const { c } = useChatText();
  if (!count) return null;
  return (
    <span className="chat-count">
      <span className="visually-hidden">{c("unread.conversations", { count })}</span>
      <span aria-hidden="true">{count > MOST ? `${MOST}+` : count}</span>
    </span>
  );
}
