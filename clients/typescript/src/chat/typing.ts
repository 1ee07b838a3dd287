// Who types: each start ends by itself, because a stop may be lost.
import type { StoreApi } from "zustand/vanilla";
import type { ChatState } from "./types.js";

const LASTS = 8_000; // ms
const EVERY = 4_000; // ms between two `typing:start` of the user

export interface Typing {
  started(event: { conversationId: string; userId: string; expiresIn?: number }): void;
  stopped(conversationId: string, userId: string): void;
  /** The user types in a conversation; false: not any more. */
  type(id: string, on: boolean): void;
  clear(): void;
}

/** Return who types, of one client. `send` sends an event if the connection is live. */
export function createTyping(store: StoreApi<ChatState>, send: (name: string, data: unknown) => unknown): Typing {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const sent = new Map<string, number>(); // when the last `typing:start` of a conversation was sent
  const of = (id: string) => store.getState().typing[id] ?? [];
  const show = (id: string, users: string[]) => store.setState(({ typing }) => ({ typing: { ...typing, [id]: users } }));

  function stopped(conversationId: string, userId: string) {
    const key = `${conversationId} ${userId}`;
    clearTimeout(timers.get(key));
    if (timers.delete(key)) show(conversationId, of(conversationId).filter((one) => one !== userId));
  }

  return {
    started({ conversationId, userId, expiresIn }) {
      const key = `${conversationId} ${userId}`;
      clearTimeout(timers.get(key));
      timers.set(key, setTimeout(() => stopped(conversationId, userId), expiresIn ? expiresIn * 1000 : LASTS));
      if (!of(conversationId).includes(userId)) show(conversationId, [...of(conversationId), userId]);
    },
    stopped,
    type(id, on) {
      const last = sent.get(id);
      if (on ? Date.now() - (last ?? 0) < EVERY : last === undefined) return;
      if (on) sent.set(id, Date.now());
      else sent.delete(id);
      void send(on ? "typing:start" : "typing:stop", { conversationId: id });
    },
    clear() {
      timers.forEach((timer) => clearTimeout(timer));
      timers.clear();
      sent.clear();
    },
  };
}
