// What a user changes: messages, how far was read, people, and staff's actions. Events bring the same to all devices.
import type { StoreApi } from "zustand/vanilla";
import { asError } from "../errors.js";
import type { Schemas } from "../generated/events.js";
import { PASSING, type Rest } from "../http.js";
import { platformRandom, randomId } from "../random.js";
import type { Beginnings } from "./beginnings.js";
import type { Threads } from "./threads.js";
import type { Beginning, ChatState, Conversation, Mark, Message, Unread } from "./types.js";

export interface ConversationActions {
  join: Schemas["JoinConversation"];
  leave: Record<string, never>;
  assign: Schemas["AssignConversation"];
  close: Schemas["SetConversationStatus"];
  reopen: Schemas["SetConversationStatus"];
  escalate: Schemas["CallSupport"];
  clear: Record<string, never>;
}

export interface ChatActions {
  /** Begin a conversation, or get the one that exists. After a call without an answer, the same call within 10 minutes is not another one. */
  begin(with_: Beginning): Promise<Conversation>;
  edit(message: Pick<Message, "id" | "version">, text: string): Promise<void>;
  remove(messageId: string, reason?: string): Promise<void>;
  react(message: Message, emoji: string, on: boolean): Promise<void>;
  /** What is on screen was read, up to a number; default: all. */
  read(id: string, seq?: number): Promise<void>;
  /** Mark as unread from a number on, for oneself alone. */
  markUnread(id: string, seq: number): Promise<void>;
  readAll(): Promise<void>;
  /** Mute, pin, archive. */
  setMine(id: string, change: Schemas["SetMine"]): Promise<void>;
  act<A extends keyof ConversationActions>(id: string, action: A, body?: ConversationActions[A]): Promise<Conversation>;
  rename(id: string, title: string): Promise<void>;
  addParticipants(id: string, userIds: string[]): Promise<void>;
  removeParticipant(id: string, userId: string): Promise<void>;
  block(userId: string, on: boolean): Promise<void>;
}

export interface ActionParts {
  rest: Rest;
  beginnings: Beginnings;
  store: StoreApi<ChatState>;
  threads: Threads;
  put(conversation: Conversation): void;
  marked(id: string, mark: Mark): void;
  /** Ask for the number of all unread messages, soon. */
  recount(): void;
  load(id: string): Promise<unknown>;
  /** Put a conversation into the store, unless a newer one is there. */
  take(conversation: Conversation): Conversation;
  unread(): Promise<Unread>;
}

type Method = "post" | "put" | "patch" | "delete";
const TRIES = 5; // of changes that can be repeated

/** Return these functions for one client. */
export function createActions({ rest, beginnings, store, threads, put, marked, recount, load, take, unread }: ActionParts): ChatActions {
  async function change(method: Method, path: string, body?: object, key = randomId(platformRandom)): Promise<any> {
    const repeated = method === "post" || method === "patch" ? { key } : { tries: TRIES };
    return (await rest.send(method, `/api/chat${path}`, { ...(body && { body }), ...repeated })).data;
  }

  const changed = async (method: Method, path: string, body?: object) => take((await change(method, path, body)).conversation);
  const of = (id: string) => store.getState().conversations[id];

  async function changeMessage(method: Method, path: string, body?: object) {
    const message: Message | undefined = (await change(method, path, body)).message;
    if (message) threads.replace(message.conversationId, (one) => (one.id === message.id ? message : one));
  }

  /** Set how far the user has read; the answer states what is left. */
  async function mark(what: "read" | "unread", id: string, seq: number) {
    marked(id, await change("put", `/conversations/${id}/${what}`, { seq }));
  }

  return {
    async begin(given) {
      const { message, ...body } = given;
      const begun = beginnings.of(given);
      const { key, clientMessageId } = begun;
      try {
        const { conversation } = await change("post", "/conversations", { ...body, ...(message && { message: { ...message, clientMessageId } }) }, key);
        beginnings.done(begun);
        if (!of(conversation.id)) store.setState(({ changes }) => ({ changes: changes + 1 })); // its event finds it known
        return take(conversation);
      } catch (error) {
        const { status, code } = asError(error);
        const open = PASSING.includes(status) || code === "idempotency_in_flight";
        if (!open || code === "aborted") beginnings.done(begun);
        throw error;
      }
    },
    edit: ({ id, version }, text) => changeMessage("patch", `/messages/${id}`, { text, expectedVersion: version }),
    remove: (id, reason) => changeMessage("delete", `/messages/${id}`, reason ? { reason } : undefined),
    react: ({ id }, emoji, on) => changeMessage(on ? "put" : "delete", `/messages/${id}/reactions/${encodeURIComponent(emoji)}`),
    async read(id, seq = of(id)?.lastSeq ?? 0) {
      if (seq > (of(id)?.mine?.readSeq ?? 0)) await mark("read", id, seq);
    },
    markUnread: (id, seq) => mark("unread", id, seq),
    async readAll() {
      await change("put", "/read-all");
      const read = (one: Conversation): Conversation => ({ ...one, unread: 0, unreadMore: false, mine: one.mine && { ...one.mine, readSeq: one.lastSeq } });
      store.setState(({ changes, conversations }) => ({ changes: changes + 1, conversations: Object.fromEntries(Object.entries(conversations).map(([id, one]) => [id, read(one)])) }));
      await unread();
    },
    async setMine(id, given) {
      const { conversation } = await change("put", `/conversations/${id}/mine`, given);
      const now = of(id);
      if (now) put({ ...now, mine: conversation.mine });
      if (given.archived !== undefined) store.setState(({ changes }) => ({ changes: changes + 1 }));
    },
    act: (id, action, body) => changed("post", `/conversations/${id}/${action}`, body ?? {}),
    rename: async (id, title) => void (await changed("patch", `/conversations/${id}`, { title })),
    addParticipants: async (id, userIds) => void (await change("post", `/conversations/${id}/participants`, { userIds })),
    removeParticipant: async (id, userId) => void (await change("delete", `/conversations/${id}/participants/${userId}`)),
    async block(userId, on) {
      await change(on ? "put" : "delete", `/blocks/${userId}`);
      store.setState(({ blocked }) => ({ blocked: on ? [...new Set([...blocked, userId])] : blocked.filter((one) => one !== userId) }));
      // What this user has written counts no more, or again.
      const shared = Object.values(store.getState().conversations).filter(({ participants }) => participants.some((one) => one.userId === userId));
      for (const { id } of shared) load(id).catch(() => undefined);
      store.setState(({ changes }) => ({ changes: changes + 1 }));
      recount();
    },
  };
}
