// Messages that were written and that the server does not have yet: kept in storage, sent in order, each once.
import { asError, MetaiaError } from "../errors.js";
import { delay, PASSING } from "../http.js";
import type { Storage } from "../storage.js";
import type { Message, Outgoing } from "./types.js";

export const MOST_WAITING = 500;
const MOST_AT_ONCE = 50; // in one batch
// Refusals of a conversation, not of one message.
const CLOSED = ["not_participant", "not_allowed_to_write", "cannot_message", "restricted", "conversation_closed", "not_found"];

export interface OutboxParts {
  storage: Storage;
  /** Send messages of one conversation in one request. */
  send(conversationId: string, bodies: Outgoing["body"][]): Promise<Message[]>;
  list(): Outgoing[];
  show(outgoing: Outgoing[]): void;
  /** The server has these messages. */
  sent(messages: Message[]): void;
}

export interface Outbox {
  /** Read what was kept for a user; null: there is no user. */
  open(key: string | null): Promise<void>;
  /** Keep a message and send it. Rejects when it cannot be kept, without a user with `signed_out`. */
  add(one: Outgoing): Promise<void>;
  /** The server has a message, as an event or an answer states. */
  arrived(clientMessageIds: readonly string[]): void;
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  /** Send now what waits. */
  flush(): void;
}

/** Return the outbox of one client. */
export function createOutbox({ storage, send, list, show, sent }: OutboxParts): Outbox {
  const busy = new Set<string>(); // conversations
  const tries = new Map<string, number>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let prefix: string | null = null;
  let opening: Promise<void> = Promise.resolve();
  let writing: Promise<unknown> = Promise.resolve();

  /**
   * Write one message or its end, and the list of ids. Each has a key of its own: values of a storage are small. Other tabs
   * write the same list, so it is read before.
   */
  function store(id: string, one: Outgoing | null): Promise<void> {
    const place = prefix;
    const write = async () => {
      if (one) await storage.set(place + id, JSON.stringify(one));
      const ids = new Set(await kept(place!));
      if (one) ids.add(id);
      else ids.delete(id);
      await storage.set(`${place}ids`, JSON.stringify([...ids]));
      if (!one) await storage.delete(place + id);
    };
    const locks = globalThis.navigator?.locks;
    const done = writing.then<void>(() => (locks ? (locks.request(place!, write) as Promise<unknown>) : write()) as Promise<void>);
    writing = done.catch(() => undefined);
    return done;
  }

  const kept = async (place: string): Promise<string[]> => JSON.parse((await storage.get(`${place}ids`)) ?? "[]");

  function remove(ids: readonly string[]) {
    const gone = list().filter((one) => ids.includes(one.clientMessageId));
    if (!gone.length) return;
    show(list().filter((one) => !gone.includes(one)));
    for (const { clientMessageId } of gone) store(clientMessageId, null).catch(() => undefined);
  }

  function change(id: string, to: Partial<Outgoing>) {
    show(list().map((one) => (one.clientMessageId === id ? { ...one, ...to } : one)));
    const found = list().find((one) => one.clientMessageId === id);
    if (found) store(id, found).catch(() => undefined);
  }

  /** Send what waits in a conversation, the oldest first; another call while it runs does nothing. */
  async function run(conversationId: string) {
    clearTimeout(timers.get(conversationId));
    if (busy.has(conversationId)) return;
    busy.add(conversationId);
    const mine = opening;
    let alone = 0; // how many go one by one, because a batch was refused: one of them is the reason
    try {
      for (;;) {
        const waiting = list().filter((one) => one.conversationId === conversationId && one.state === "waiting");
        const part = waiting.slice(0, alone ? 1 : MOST_AT_ONCE);
        if (!part.length) return;
        const error = await attempt(conversationId, part);
        if (mine !== opening) return; // another user is logged in
        if (alone) alone--;
        if (!error) continue;
        if (PASSING.includes(error.status) || error.status === 401) return again(conversationId, error);
        if (part.length > 1 && !CLOSED.includes(error.code)) alone = part.length;
        else for (const { clientMessageId } of part) change(clientMessageId, { state: "failed", error: error.code });
      }
    } finally {
      if (mine === opening) busy.delete(conversationId);
    }
  }

  async function attempt(conversationId: string, part: Outgoing[]): Promise<MetaiaError | null> {
    try {
      const messages = await send(conversationId, part.map(({ body }) => body));
      tries.delete(conversationId);
      sent(messages);
      remove(part.map(({ clientMessageId }) => clientMessageId));
      return null;
    } catch (error) {
      return asError(error);
    }
  }

  function again(conversationId: string, { retryAfter }: MetaiaError) {
    const n = (tries.get(conversationId) ?? 0) + 1;
    tries.set(conversationId, n);
    timers.set(conversationId, setTimeout(() => void run(conversationId), delay(n, retryAfter)));
  }

  const flush = () => new Set(list().map((one) => one.conversationId)).forEach((id) => void run(id));

  async function load(key: string | null) {
    timers.forEach((timer) => clearTimeout(timer));
    busy.clear();
    tries.clear();
    prefix = key;
    show([]);
    if (!key) return;
    const found = await Promise.all((await kept(key)).map((id) => storage.get(key + id)));
    if (prefix !== key) return;
    show(found.flatMap((one) => (one ? [JSON.parse(one) as Outgoing] : [])));
    flush();
  }

  return {
    open: (key) => (opening = load(key)),
    async add(one) {
      const place = prefix;
      await opening.catch(() => undefined); // else what was kept before replaces it on screen
      if (!place || place !== prefix) throw new MetaiaError(401, "signed_out", "Log in first.");
      show([...list(), one]);
      try {
        await store(one.clientMessageId, one);
      } catch (error) {
        remove([one.clientMessageId]);
        throw error;
      }
      void run(one.conversationId);
    },
    arrived: remove,
    retry(id) {
      change(id, { state: "waiting", error: null });
      flush();
    },
    discard: (id) => remove([id]),
    flush,
  };
}
