// Hooks for chat.
import { useCallback, useEffect, useMemo, useState } from "react";
import { asError, type MetaiaError } from "../errors.js";
import { useMetaia } from "../react/context.js";
import { useStore, useUser } from "../react/hooks.js";
import { usePaged, type Paged } from "../react/pages.js";
import { chatOf, type Chat, type Conversation, type ConversationFilter, type Draft, type Message, type Outgoing, type Unread } from "./index.js";

const NOBODY: string[] = [];

/** The chat of the provider's client. */
export const useChat = (): Chat => chatOf(useMetaia());

const spokenAt = ({ lastMessage, createdAt }: Conversation) => Date.parse(lastMessage?.createdAt ?? createdAt);

/** The conversations that match `filter`: pinned ones first, then by the last message. New ones are fetched. */
export function useConversations(filter: Omit<ConversationFilter, "cursor"> = {}): Paged<Conversation> {
  const chat = useChat();
  const conversations = useStore(chat.store, (state) => state.conversations);
  const changes = useStore(chat.store, (state) => state.changes + (filter.unread ? state.unreadChanges : 0));
  const wanted = JSON.stringify(filter);
  const fetch = useCallback(
    async (cursor: string | undefined, signal: AbortSignal): Promise<[string[], string | null]> => {
      const { conversations: found, nextCursor } = await chat.list({ ...JSON.parse(wanted), ...(cursor && { cursor }) }, signal);
      return [found.map(({ id }) => id), nextCursor];
    },
    [chat, wanted],
  );
  const { data: ids, ...page } = usePaged(fetch, changes);
  const data = useMemo(() => {
    const found = ids && [...new Set(ids)].flatMap((id) => conversations[id] ?? []);
    return found?.sort((one, other) => Number(!!other.mine?.pinned) - Number(!!one.mine?.pinned) || spokenAt(other) - spokenAt(one));
  }, [ids, conversations]);
  return { ...page, data };
}

export interface ConversationHook {
  /** Undefined until it is known, and for users without access. */
  conversation: Conversation | undefined;
  /** The loaded messages, ascending; undefined until the first answer. */
  messages: Message[] | undefined;
  /** What is on its way, in the order in which it was written. */
  outgoing: Outgoing[];
  /** Others who type. */
  typing: string[];
  hasBefore: boolean;
  hasAfter: boolean;
  busy: boolean;
  error: MetaiaError | null;
  /** Load the page before the first message, or after the last one. */
  more(where: "before" | "after"): void;
  /** Load the messages around a number; without it the newest. */
  open(around?: number): void;
  send(draft: Draft): Promise<Outgoing>;
}

/** One conversation on screen, live, until the component is unmounted. */
export function useConversation(id: string): ConversationHook {
  const chat = useChat();
  const conversation = useStore(chat.store, (state) => state.conversations[id]);
  const thread = useStore(chat.store, (state) => state.threads[id]);
  const all = useStore(chat.store, (state) => state.outgoing);
  const typing = useStore(chat.store, (state) => state.typing[id]) ?? NOBODY;
  const [state, setState] = useState<{ busy: boolean; error: MetaiaError | null }>({ busy: true, error: null });
  const load = useCallback((loading: Promise<void>) => {
    setState((before) => ({ ...before, busy: true }));
    loading.then(
      () => setState({ busy: false, error: null }),
      (error: unknown) => setState({ busy: false, error: asError(error) }),
    );
  }, []);
  useEffect(() => chat.watch(id), [chat, id]);
  useEffect(() => load(chat.open(id)), [chat, id, load]);
  const cleared = conversation?.mine?.clearedSeq ?? 0;
  const messages = useMemo(() => thread?.messages.filter(({ seq }) => seq > cleared), [thread, cleared]);
  const outgoing = useMemo(() => {
    const arrived = new Set(messages?.map((one) => one.clientMessageId));
    return all.filter((one) => one.conversationId === id && !arrived.has(one.clientMessageId));
  }, [all, messages, id]);
  return {
    ...state,
    conversation,
    messages,
    outgoing,
    typing,
    hasBefore: !!thread?.hasBefore,
    hasAfter: !!thread?.hasAfter,
    more: (where) => load(chat.more(id, where)),
    open: (around) => load(chat.open(id, around)),
    send: (draft) => chat.send(id, draft),
  };
}

/** How many conversations and messages are unread; null until it is known. */
export function useUnreadMessages(): Unread | null {
  const chat = useChat();
  const user = useUser()?.id;
  useEffect(() => {
    if (user) chat.unread().catch(() => undefined);
  }, [chat, user]);
  return useStore(chat.store, (state) => state.unread);
}
