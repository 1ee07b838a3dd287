// The loaded part of conversations: pages, and no gap. An event whose version is not the next one means that others
// were missed: what has changed since is fetched.
import type { StoreApi } from "zustand/vanilla";
import type { Rest } from "../http.js";
import { merged, within } from "./fold.js";
import type { ChatState, Conversation, Message, Thread } from "./types.js";

const PAGE = 50;
const KEPT = 5; // threads that are not on screen
const PATH = "/api/chat/conversations/{id}";

export interface Threads {
  /** Load the newest messages, or those around a number. */
  open(id: string, around?: number): Promise<void>;
  /** Load the page before the first message that is loaded, or after the last one. */
  more(id: string, where: "before" | "after"): Promise<void>;
  /** Apply a change of this version to a loaded thread, or fetch what was missed. */
  advance(id: string, version: number, change: (thread: Thread) => Message[]): void;
  /** The conversation has this version: fetch what is missing. */
  expect(id: string, version: number): void;
  /** Fetch all changes since the loaded version. */
  catchUp(id: string): Promise<void>;
  /** The same, if an event has named a newer version. */
  missed(id: string): Promise<void>;
  /** Put messages of an answer in; what an event has brought is newer. */
  add(messages: readonly Message[]): void;
  replace(id: string, change: (message: Message) => Message): void;
  drop(id: string): void;
  /** Release the threads that are not on screen, except those of the last ones that were. */
  trim(shown: (id: string) => boolean): void;
  /** Another user: nothing that was heard or is being fetched stays. */
  clear(): void;
}

/** Return the threads of one client. `take` puts a conversation into the store. */
export function createThreads(rest: Rest, store: StoreApi<ChatState>, take: (conversation: Conversation) => void): Threads {
  const heard = new Map<string, number>(); // the newest version that an event has named
  const running = new Map<string, Promise<void>>();
  const opening = new Map<string, Promise<void>>();
  const of = (id: string): Thread | undefined => store.getState().threads[id];
  const put = (id: string, thread: Thread) => store.setState(({ threads }) => ({ threads: { ...threads, [id]: thread } }));

  const hear = (id: string, version: number) => heard.set(id, Math.max(version, heard.get(id) ?? 0));

  async function page(id: string, query: Record<string, number>) {
    const { data, meta } = await rest.send("get", `${PATH}/messages`, { path: { id }, query: { limit: PAGE, ...query } });
    return { messages: data.messages as Message[], version: meta.version as number, hasBefore: !!meta.hasBefore, hasAfter: !!meta.hasAfter };
  }

  /** Fetch changes until the thread has all that events have named; once at a time for each thread. */
  function behind(id: string): Promise<void> {
    const run = running.get(id) ?? follow(id).finally(() => running.delete(id));
    running.set(id, run);
    return run;
  }

  async function follow(id: string) {
    for (let more = true; more; ) {
      const since = of(id)?.version;
      if (since === undefined) return;
      const { data, meta } = await rest.send("get", `${PATH}/changes`, { path: { id }, query: { since } });
      const thread = of(id);
      if (!thread) return;
      const reached = Math.max(thread.version, meta.version);
      put(id, { ...thread, messages: merged(thread.messages, within(thread, data.messages), thread.version > meta.version), version: reached });
      if (data.conversation) take(data.conversation);
      const unfinished = !!(meta.more ?? data.more);
      more = (unfinished || reached < (heard.get(id) ?? 0)) && reached > since;
    }
  }

  async function load(id: string, query: Record<string, number>) {
    put(id, await page(id, query));
    await missed(id);
  }

  /** Fetch what events have changed while a page was fetched, or since an older page. */
  async function missed(id: string) {
    if ((heard.get(id) ?? 0) > (of(id)?.version ?? Infinity)) await behind(id);
  }

  return {
    async open(id, around) {
      const known = of(id);
      if (around !== undefined) return load(id, { around });
      if (known && !known.hasAfter) return;
      const run = opening.get(id) ?? load(id, {}).finally(() => opening.delete(id));
      opening.set(id, run);
      return run;
    },
    async more(id, where) {
      const before = of(id);
      const edge = where === "before" ? before?.messages[0] : before?.messages.at(-1);
      if (!before || !edge) return;
      const found = await page(id, { [where]: edge.seq });
      const thread = of(id);
      if (!thread) return;
      const edges = where === "before" ? { hasBefore: found.hasBefore } : { hasAfter: found.hasAfter };
      put(id, { ...thread, ...edges, messages: merged(thread.messages, found.messages, true), version: Math.min(thread.version, found.version) });
      await missed(id);
    },
    expect(id, version) {
      hear(id, version);
      missed(id).catch(() => undefined);
    },
    advance(id, version, change) {
      hear(id, version);
      const thread = of(id);
      if (!thread || version <= thread.version) return;
      if (version > thread.version + 1) return void behind(id).catch(() => undefined);
      put(id, { ...thread, messages: merged(thread.messages, within(thread, change(thread))), version });
    },
    catchUp: behind,
    missed,
    add(messages) {
      for (const one of messages) {
        const thread = of(one.conversationId);
        if (thread) put(one.conversationId, { ...thread, messages: merged(thread.messages, within(thread, [one]), true) });
      }
    },
    replace(id, change) {
      const thread = of(id);
      if (thread) put(id, { ...thread, messages: thread.messages.map(change) });
    },
    drop: (id) => (heard.delete(id), store.setState(({ threads: { [id]: _, ...threads } }) => ({ threads }))),
    trim(shown) {
      const { threads } = store.getState();
      const idle = Object.keys(threads).filter((id) => !shown(id));
      const gone = idle.slice(0, Math.max(0, idle.length - KEPT));
      if (gone.length) store.setState({ threads: Object.fromEntries(Object.entries(threads).filter(([id]) => !gone.includes(id))) });
    },
    clear: () => [heard, running, opening].forEach((one) => one.clear()),
  };
}
