// What arrives by events: messages, changes, receipts, people, typing; and what is sent about them.
import type { StoreApi } from "zustand/vanilla";
import { afterChange, afterMark, afterMessage, afterStatus, afterUpdate, counts, MOST_UNREAD, quotesOf } from "./fold.js";
import type { Events } from "../generated/events.js";
import type { Metaia } from "../metaia.js";
import type { Threads } from "./threads.js";
import { createTyping } from "./typing.js";
import type { ChatState, Conversation, Mark, Message } from "./types.js";

const DELIVERED_EVERY = 1_000; // ms
const AT_ONCE = 100; // conversations that are confirmed together
const REFRESH_AFTER = 500; // ms: several events ask for one count

type Numbered = Pick<Events["chat:message"], "conversationId" | "conversationVersion">;

export interface LiveParts {
  metaia: Metaia;
  store: StoreApi<ChatState>;
  threads: Threads;
  me(): string | undefined;
  /** Fetch a conversation; it disappears if the user may not see it any more. */
  load(id: string): Promise<unknown>;
  loadUnread(): Promise<unknown>;
  shown(id: string): boolean;
  /** Messages of this user have arrived. */
  arrived(clientMessageIds: string[]): void;
  flush(): void;
}

export interface Live {
  /** The user types in a conversation; false: not any more. */
  typing(id: string, on: boolean): void;
  /** Put a conversation into the store, and count what that changes of all unread messages. */
  put(conversation: Conversation): void;
  /** Take how far the user has read, and what the server has counted; messages that came since count, too. */
  marked(id: string, mark: Mark): void;
  /** Ask for the number of all unread messages, soon. */
  recount(): void;
  clear(): void;
}

/** Follow the events of one client. */
export function createLive({ metaia, store, threads, me, load, loadUnread, shown, arrived, flush }: LiveParts): Live {
  const emit = metaia.request as (name: string, data: unknown) => Promise<unknown>;
  const send = (name: string, data: unknown) => emit(name, data).catch(() => undefined);
  const typing = createTyping(store, send);
  const counted = new Map<string, number[]>(); // the numbers of messages that came as unread
  let delivered = new Map<string, number>();
  let delivering: ReturnType<typeof setTimeout> | undefined;
  let counting: ReturnType<typeof setTimeout> | undefined;
  const known = (id: string): Conversation | undefined => store.getState().conversations[id];
  const reader = () => ({ me: me(), blocked: store.getState().blocked });

  function put(conversation: Conversation) {
    const before = known(conversation.id);
    store.setState(({ conversations, unread, unreadChanges }) => ({
      unreadChanges: unreadChanges + Number(before?.unread === 0 && conversation.unread > 0),
      conversations: { ...conversations, [conversation.id]: conversation },
      unread: unread && before ? {
        ...unread,
        messages: Math.max(0, unread.messages + conversation.unread - before.unread),
        conversations: Math.max(0, unread.conversations + Number(conversation.unread > 0) - Number(before.unread > 0)),
      } : unread,
    }));
  }

  function recount() {
    counting ??= setTimeout(() => {
      counting = undefined;
      if (store.getState().unread) loadUnread().catch(() => undefined);
    }, REFRESH_AFTER);
  }

  /** Return a conversation that follows its events, or fetch it: it is new, or events of it were missed. */
  function following({ conversationId, conversationVersion }: Numbered): Conversation | undefined {
    const before = known(conversationId);
    if (before && conversationVersion <= before.version + 1) return before;
    if (!before) {
      store.setState(({ changes }) => ({ changes: changes + 1 }));
      recount();
    }
    if (!before || !store.getState().threads[conversationId]) load(conversationId).catch(() => undefined);
    return undefined;
  }

  function message({ conversationVersion, ...event }: Events["chat:message"]) {
    const one = plain(event);
    typing.stopped(one.conversationId, one.sender?.id ?? "");
    if (one.sender?.id === me() && one.clientMessageId) arrived([one.clientMessageId]);
    const before = following({ conversationId: one.conversationId, conversationVersion });
    if (before && one.seq > before.lastSeq && counts(one, reader())) counted.set(before.id, [...(counted.get(before.id) ?? []), one.seq].slice(-MOST_UNREAD));
    if (before) put(afterMessage(before, one, conversationVersion, reader()));
    threads.advance(one.conversationId, conversationVersion, () => [one]);
    if (one.sender?.id !== me()) receive(one);
  }

  function update({ conversationVersion, change, ...event }: Events["chat:message_update"]) {
    const one = plain(event);
    const before = following({ conversationId: one.conversationId, conversationVersion });
    const gone = !!one.deletedAt && change !== "edited";
    if (before && conversationVersion > before.version) {
      if (gone) counted.set(before.id, (counted.get(before.id) ?? []).filter((seq) => seq !== one.seq));
      put(afterUpdate(before, one, conversationVersion, gone, reader()));
      if (gone && before.unreadMore) load(one.conversationId).catch(() => undefined); // the next one may be the hundredth
    }
    threads.advance(one.conversationId, conversationVersion, ({ messages }) => [one, ...(gone ? quotesOf(messages, one.id) : [])]);
  }

  function reaction({ conversationId, conversationVersion, messageId, reactions }: Events["chat:reaction"]) {
    const before = following({ conversationId, conversationVersion });
    if (before) put({ ...before, version: Math.max(before.version, conversationVersion) });
    threads.advance(conversationId, conversationVersion, ({ messages }) => messages.filter((one) => one.id === messageId).map((one) => ({ ...one, reactions })));
  }

  function status({ conversationId, mine, ...marks }: Events["chat:status"]) {
    const before = known(conversationId);
    if (!before) return void (mine && recount());
    put(afterStatus(before, marks));
    if (mine) marked(conversationId, mine);
  }

  function marked(id: string, mark: Mark) {
    const before = known(id);
    const later = (counted.get(id) ?? []).filter((seq) => seq > (mark.lastSeq ?? before?.lastSeq ?? 0));
    counted.set(id, later);
    if (before) put(afterMark(before, mark, later.length));
  }

  function conversation({ conversationId, conversationVersion, change, userId, conversation: shared }: Events["chat:conversation"]) {
    threads.advance(conversationId, conversationVersion, () => []);
    const before = following({ conversationId, conversationVersion });
    if (!before) return;
    put(afterChange(before, shared, conversationVersion));
    if (userId === me()) store.setState(({ changes }) => ({ changes: changes + 1 })); // the user's lists have it no more, or again
    // What the user may do now, or whether the conversation is the user's at all, is not in what all see alike.
    if (userId === me() || change !== "participants") load(conversationId).catch(() => undefined);
  }

  /** Confirm a message; one on screen is confirmed by reading it. Groups have no such receipts. */
  function receive({ conversationId, seq }: Message) {
    if (shown(conversationId) || known(conversationId)?.kind === "group") return;
    delivered.set(conversationId, seq);
    if (metaia.connection.isConnected) delivering ??= setTimeout(confirm, DELIVERED_EVERY); // else after `sync`
  }

  function confirm() {
    delivering = undefined;
    const user = me();
    const all = [...delivered].map(([id, seq]) => ({ id, seq }));
    delivered = new Map();
    while (all.length) {
      const body = { conversations: all.splice(0, AT_ONCE) };
      // Without an open socket it is a request; what is lost is confirmed with the next message.
      emit("chat:delivered", body).catch(() => (me() === user ? metaia.rest.send("put", "/api/chat/delivered", { body, tries: 1 }) : undefined)).catch(() => undefined);
    }
  }

  metaia.on("chat:message", message);
  metaia.on("chat:message_update", update);
  metaia.on("chat:reaction", reaction);
  metaia.on("chat:status", status);
  metaia.on("chat:conversation", conversation);
  const heard = metaia.on as (name: string, handler: (event: any) => void) => void; // the document names only what is sent
  heard("typing:start", typing.started);
  heard("typing:stop", ({ conversationId, userId }) => typing.stopped(conversationId, userId));
  metaia.connection.store.subscribe(({ state }, before) => {
    if (state !== "live" || before.state === "live") return;
    flush();
    if (delivered.size) confirm();
    const again = before.state === "refetching";
    for (const id of Object.keys(store.getState().threads)) (again ? threads.catchUp(id) : threads.missed(id)).catch(() => undefined);
    if (!again) return;
    store.setState(({ changes }) => ({ changes: changes + 1 }));
    recount();
  });

  return {
    put,
    marked,
    recount,
    typing: typing.type,
    clear() {
      typing.clear();
      delivered = new Map();
      counted.clear();
    },
  };
}

/** A message of an event without what the event adds. */
function plain(event: Message & { eventId?: string; cursor?: string }): Message {
  const { eventId: _, cursor: __, ...message } = event;
  return message;
}
