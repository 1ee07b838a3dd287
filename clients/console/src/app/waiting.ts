// What a slot's client stores, until its user logs out: carts, and for the tab alone what waits to be sent, as messages and actions.
import { memoryStorage, type Storage } from "@metaia/client";

let tab: globalThis.Storage | undefined;
let browser: globalThis.Storage | undefined;
try {
  [tab, browser] = [sessionStorage, localStorage];
} catch {
  // the browser refuses storage: all waits in memory
}
const prefixOf = (slot: number) => `metaia:waiting:${slot}:`;

/** Where the value of a key of this user is kept; undefined: in memory. */
function areaOf(userId: string, key: string): globalThis.Storage | undefined {
  if (key.includes(`:${userId}:cart:`)) return browser;
  return key.includes(`:${userId}:chat:`) || key.endsWith(`:${userId}:courier`) ? tab : undefined;
}

/** Delete what waits in a slot, except what is of the user `except`. */
export function discard(slot: number, except = ""): void {
  for (const area of [tab, browser]) {
    for (const key of Object.keys(area ?? {})) if (key.startsWith(prefixOf(slot)) && !areaOf(except, key)) area!.removeItem(key);
  }
}

/** Return the storage of a slot. It keeps carts and what waits of `user()`, the rest in memory. */
export function waiting(slot: number, user: () => string | undefined): Storage {
  const memory = memoryStorage();
  const prefix = prefixOf(slot);
  const of = (key: string) => areaOf(user() ?? "", key);
  return {
    get: (key) => of(key)?.getItem(prefix + key) ?? memory.get(key),
    set: (key, value) => (of(key) ? of(key)!.setItem(prefix + key, value) : memory.set(key, value)),
    delete: (key) => (of(key)?.removeItem(prefix + key), memory.delete(key)),
  };
}
