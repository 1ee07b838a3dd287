// Names in a conversation: of its people, and of the conversation itself.
import type { Conversation } from "@metaia/client/chat";
import { useUser } from "@metaia/client/react";
import { useCallback } from "react";
import { useText } from "../../app/text.js";
import { useChatText } from "./text.js";

/** Return a function that names a user of a conversation. */
export function usePersonName(): (conversation: Conversation | undefined, userId: string | null | undefined) => string {
  const { t } = useText();
  const { c } = useChatText();
  return useCallback(
    (conversation, userId) => {
      const found = conversation?.participants.find((one) => one.userId === userId);
      return found?.name ?? (found ? t(`role.${found.role}` as never) : c("deleted.user"));
    },
    [t, c],
  );
}

/** Return a function that names a conversation: by its title, or by the others in it. */
export function useTitle(): (conversation: Conversation) => string {
  const me = useUser()?.id;
  const name = usePersonName();
  const { c } = useChatText();
  return useCallback(
    (conversation) => {
      const { title, kind, participants } = conversation;
      if (title) return title;
      const others = participants.filter((one) => one.userId !== me && !one.leftAt);
      if (kind === "support" && !others.length) return c("support");
      return others.slice(0, 3).map((one) => name(conversation, one.userId)).join(", ") || c(`kind.${kind}`);
    },
    [me, name, c],
  );
}
