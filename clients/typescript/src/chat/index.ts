// Chat: conversations and messages, complete and in order, also after a time without network.
import { createStore, type StoreApi } from "zustand/vanilla";
import { asError, MetaiaError } from "../errors.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";
import { createActions, type ChatActions } from "./actions.js";
import { createBeginnings } from "./beginnings.js";
import { createCalls, type ChatCalls } from "./calls.js";
import { createLive } from "./live.js";
import { createOutbox, MOST_WAITING } from "./outbox.js";
import { createThreads } from "./threads.js";
import type { ChatState, Conversation, ConversationFilter, Draft, Outgoing, Unread } from "./types.js";

export { deliveryOf } from "./fold.js";
export type { ConversationActions } from "./actions.js";
export type * from "./types.js";

export interface Chat extends ChatCalls, ChatActions {
  /** What is known. Events keep it up to date. */
  store: StoreApi<ChatState>;
  list(filter?: ConversationFilter, signal?: AbortSignal): Promise<{ conversations: Conversation[]; nextCursor: string | null }>;
  get(id: string): Promise<Conversation>;
  /**
   * A conversation is on screen until the returned function is called: typing and presence are received, and its messages
   * are confirmed by reading them.
   */
  watch(id: string): () => void;
  /** Load the newest messages, or those around a number, such as that of a search result. */
  open(id: string, around?: number): Promise<void>;
  /** Load the page before the first loaded message, or after the last one. */
  more(id: string, where: "before" | "after"): Promise<void>;
  /** Write a message. Resolves when it is kept on this device; it is sent in order, as soon as the server can be reached. */
  send(id: string, draft: Draft): Promise<Outgoing>;
  /** Send a refused message again, or delete it. */
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  unread(): Promise<Unread>;
  /** The user types; false: not any more. */
  typing(id: string, on: boolean): void;
}

const LIST = "/api/chat/conversations";
const empty = (): ChatState => ({ conversations: {}, threads: {}, outgoing: [], typing: {}, unread: null, blocked: [], changes: 0, unreadChanges: 0 });
const made = new WeakMap<Metaia, Chat>();

/** Return the chat of a client: the same object each time. */
export function chatOf(metaia: Metaia): Chat {
  const known = made.get(metaia) ?? createChat(metaia);
  made.set(metaia, known);
  return known;
}

function createChat(metaia: Metaia): Chat {
  const { rest, auth, rooms, baseUrl } = metaia;
  const store = createStore<ChatState>(empty);
  const shown = new Map<string, number>(); // how many hold a conversation on screen
  const calls = createCalls(rest);
  const beginnings = createBeginnings();
  const me = () => auth.user?.id;
  const isShown = (id: string) => shown.has(id);
  const threads = createThreads(rest, store, (one) => void take(one));

  /** Put a conversation into the store, unless a newer one is there. */
  function take(one: Conversation): Conversation {
    const before = store.getState().conversations[one.id];
    if (before && before.version > one.version) return before;
    live.put(one);
    return one;
  }

  async function get(id: string): Promise<Conversation> {
    try {
      return take((await rest.send("get", `${LIST}/{id}`, { path: { id } })).data.conversation);
    } catch (error) {
      if ([403, 404].includes(asError(error).status)) forget(id);
      throw error;
    }
  }

  function forget(id: string) {
    threads.drop(id);
    store.setState(({ conversations: { [id]: gone, ...conversations }, changes }) => (gone ? { conversations, changes: changes + 1 } : {}));
    live.recount();
  }

  const outbox = createOutbox({
    storage: metaia.storage,
    async send(id, bodies) {
      const [path, body] = bodies.length === 1 ? ["messages", bodies[0]] : ["messages/batch", { messages: bodies }];
      const { data } = await rest.send("post", `${LIST}/{id}/${path}`, { path: { id }, body, tries: 1 });
      return data.messages ?? [data.message];
    },
    list: () => store.getState().outgoing,
    show: (outgoing) => store.setState({ outgoing }),
    sent: threads.add,
  });

  async function unread(): Promise<Unread> {
    const found: Unread = (await rest.send("get", "/api/chat/unread")).data;
    store.setState({ unread: found });
    return found;
  }

  const live = createLive({ metaia, store, threads, me, load: get, loadUnread: unread, shown: isShown, arrived: outbox.arrived, flush: outbox.flush });

  // Who joins may have missed events: staff hear a conversation only from then on.
  rooms.onJoined((kind, id, { conversation }) => {
    if (kind === "conversation" && conversation) threads.expect(id, conversation.version);
  });

  /** Begin with what was kept for the user; nothing of a former one stays. */
  function began(user = auth.user) {
    live.clear();
    threads.clear();
    beginnings.clear();
    store.setState(({ changes, unreadChanges }) => ({ ...empty(), changes: changes + 1, unreadChanges }), true);
    void outbox.open(user && `metaia:${baseUrl}:${user.id}:chat:`).catch(() => undefined);
    if (user) calls.blocks().then((blocks) => store.setState({ blocked: blocks.map(({ userId }) => userId) }), () => undefined);
  }

  let owner = me();
  began();
  auth.onChange((user) => {
    if (user?.id === owner) return;
    owner = user?.id;
    began(user);
  });

  return {
    ...calls,
    store,
    async list(filter = {}, signal) {
      const { data, meta } = await rest.send("get", LIST, { query: { ...filter, ...(filter.kind && { kind: [filter.kind].flat().join() }) }, signal });
      return { conversations: (data.conversations as Conversation[]).map(take), nextCursor: meta.nextCursor ?? null };
    },
    get,
    watch(id) {
      shown.set(id, (shown.get(id) ?? 0) + 1);
      const leave = rooms.join("conversation", id);
      if (!store.getState().conversations[id]) get(id).catch(() => undefined);
      return () => {
        live.typing(id, false); // the server takes it from those in the room only
        leave();
        const held = shown.get(id)! - 1;
        if (held) shown.set(id, held);
        else shown.delete(id);
        threads.trim(isShown);
      };
    },
    open: threads.open,
    more: threads.more,
    async send(conversationId, draft) {
      if (store.getState().outgoing.length >= MOST_WAITING) throw new MetaiaError(0, "queue_full", "Too many messages wait to be sent.");
      const clientMessageId = randomId(platformRandom);
      const body = { ...draft, clientMessageId, clientSentAt: new Date().toISOString() };
      const one: Outgoing = { clientMessageId, conversationId, body, state: "waiting", error: null };
      live.typing(conversationId, false);
      await outbox.add(one);
      return one;
    },
    retry: outbox.retry,
    discard: outbox.discard,
    ...createActions({ rest, beginnings, store, threads, put: live.put, marked: live.marked, recount: live.recount, load: get, take, unread }),
    unread,
    typing: live.typing,
  };
}
