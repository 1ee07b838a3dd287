// What a slot's client stores. Messages and actions that wait to be sent outlast a reload of the tab, until their user logs out.
import { memoryStorage, webStorage, type Storage } from "@metaia/client";

let tab: Storage | undefined;
try {
  tab = webStorage(sessionStorage);
} catch {
  // the browser refuses storage: all waits in memory
}
const isOf = (userId: string, key: string) => key.includes(`:${userId}:chat:`) || key.endsWith(`:${userId}:courier`);
const prefixOf = (slot: number) => `metaia:waiting:${slot}:`;

/** Delete what waits in a slot, except what is of the user `except`. */
export function discard(slot: number, except = ""): void {
  if (!tab) return;
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefixOf(slot)) && !isOf(except, key)) tab.delete(key);
}

/** Return the storage of a slot. It keeps in the tab what waits of `user()`, the rest in memory. */
export function waiting(slot: number, user: () => string | undefined): Storage {
  const memory = memoryStorage();
  const prefix = prefixOf(slot);
  const of = (key: string) => (tab && isOf(user() ?? "", key) ? tab : memory);
  return {
    get: (key) => of(key).get(prefix + key),
    set: (key, value) => of(key).set(prefix + key, value),
    delete: (key) => of(key).delete(prefix + key),
  };
}
