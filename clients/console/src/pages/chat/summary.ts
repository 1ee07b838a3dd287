// A message in a line: its text, its files, or what the system states.
import type { Conversation, Message } from "@metaia/client/chat";
import { useCallback } from "react";
import { usePersonName } from "./names.js";
import { useChatText } from "./text.js";

type Shown = Pick<Message, "text" | "deletedAt" | "deletedBy" | "system" | "attachments">;

/** Return a function that states a message in a line. */
export function useSummary(): (message: Shown, conversation?: Conversation) => string {
  const { c, named } = useChatText();
  const name = usePersonName();
  return useCallback(
    ({ text, deletedAt, deletedBy, system, attachments }, conversation) => {
      if (deletedAt) return c(deletedBy === "moderator" ? "deleted.moderator" : "deleted");
      if (system) {
        const { userIds = [], title = "" } = system.data as { userIds?: string[]; title?: string };
        return named("event", system.event, { names: userIds.map((id) => name(conversation, id)).join(", "), title });
      }
      return text ?? (attachments.length ? c(`file.${attachments[0]!.kind}`) : "");
    },
    [c, named, name],
  );
}
