// The event stream of one user: each event once, in order, with a cursor that is stored after what it covers.
import type { Events } from "./generated/events.js";
import type { Storage } from "./storage.js";

export type EventName = keyof Events;
export type Handler<N extends EventName> = (data: Events[N], name: N) => unknown;
export type AnyHandler = (data: any, name: string) => unknown;

const REMEMBERED = 1_000; // event ids
const SAVE_AFTER = 300; // ms

export interface Stream {
  /** The place up to which events were delivered in this process. */
  cursor(): string;
  /** Deliver an event, unless it was delivered before. */
  deliver(name: string, data: any, cursor?: string): void;
  on<N extends EventName>(name: N, handler: Handler<N>): () => void;
  onAny(handler: AnyHandler): () => void;
  /** Hold the stored cursor back (state is being fetched again) or let it go on. */
  hold(on: boolean): void;
  /** Begin with the stored place of another user; null: with nothing. */
  open(key: string | null): Promise<void>;
  /** Store the place of all that was handled. */
  flush(): Promise<void>;
}

/** Return a stream that keeps its place in `storage`. `failed` gets what handlers throw. */
export function createStream(storage: Storage, failed: (error: unknown) => void): Stream {
  const handlers = new Map<string, Set<AnyHandler>>();
  let seen = new Set<string>();
  let key: string | null = null;
  let newest = "";
  let handled = ""; // all handlers of all events up to here have finished
  let saved = "";
  let held = false;
  let begun = false;
  let chain: Promise<unknown> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function add(name: string, handler: AnyHandler): () => void {
    const own: AnyHandler = (data, given) => handler(data, given); // the same function may be added twice
    const set = handlers.get(name) ?? new Set();
    handlers.set(name, set.add(own));
    return () => void set.delete(own);
  }

  function call(name: string, data: unknown): Promise<unknown>[] {
    const waits: Promise<unknown>[] = [];
    for (const handler of [...(handlers.get(name) ?? []), ...(handlers.get("*") ?? [])]) {
      try {
        const result = handler(data, name);
        if (result instanceof Promise) waits.push(result.catch(failed));
      } catch (error) {
        failed(error);
      }
    }
    return waits;
  }

  function remember(id: string) {
    seen.add(id);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value!);
  }

  /** Move the stored place after the handlers of all events before it. */
  function settle(cursor: string, waits: Promise<unknown>[]) {
    const of = key;
    const done = () => {
      if (key !== of) return;
      handled = cursor;
      schedule();
    };
    if (!chain && !waits.length) return done();
    const link: Promise<unknown> = Promise.all([chain, ...waits]).then(() => {
      done();
      if (chain === link) chain = undefined;
    });
    chain = link;
  }

  function schedule() {
    if (!held) timer ??= setTimeout(() => void save(), SAVE_AFTER);
  }

  async function save() {
    clearTimeout(timer);
    timer = undefined;
    if (held || !key || handled === saved) return;
    const cursor = handled;
    try {
      await storage.set(key, JSON.stringify({ cursor, ids: [...seen].slice(-50) }));
      saved = cursor;
    } catch (error) {
      failed(error); // the events come again after the next start
    }
  }

  return {
    cursor: () => newest,
    deliver(name, data, cursor) {
      const id: string | undefined = data?.eventId;
      const waits = id && seen.has(id) ? [] : call(name, data);
      if (id) remember(id);
      if (!cursor) return;
      newest = cursor;
      settle(cursor, waits);
    },
    on: (name, handler) => add(name, handler as AnyHandler),
    onAny: (handler) => add("*", handler),
    hold(on) {
      held = on;
      schedule();
    },
    async open(next) {
      await save();
      if (begun && next === key) return void (held = false); // the same user again: what is in memory is newer
      begun = true;
      key = next;
      const stored = JSON.parse((next && (await storage.get(next))) || "{}") as { cursor?: string; ids?: string[] };
      newest = handled = saved = stored.cursor ?? "";
      seen = new Set(stored.ids ?? []);
      held = false;
      chain = undefined;
    },
    flush: save,
  };
}
