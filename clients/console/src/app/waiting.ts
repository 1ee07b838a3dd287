// What a slot's client stores, until its user logs out: carts, and for the tab alone what waits to be sent, as messages and actions.
import { memoryStorage, webStorage, type Storage } from "@metaia/client";

interface Area {
  storage: Storage;
  keys: () => string[];
}

/** Return a storage of the browser; undefined if it refuses one, so that memory is used. */
function area(of: () => globalThis.Storage): Area | undefined {
  try {
    const found = of();
    return { storage: webStorage(found), keys: () => Object.keys(found) };
  } catch {
    return undefined;
  }
}

const tab = area(() => sessionStorage);
const browser = area(() => localStorage);
const isCart = (userId: string, key: string) => key.includes(`:${userId}:cart:`);
const isOf = (userId: string, key: string) => key.includes(`:${userId}:chat:`) || key.endsWith(`:${userId}:courier`);
const prefixOf = (slot: number) => `metaia:waiting:${slot}:`;

/** Delete what waits in a slot, except what is of the user `except`. */
export function discard(slot: number, except = ""): void {
  const kept = (key: string) => !key.startsWith(prefixOf(slot)) || isOf(except, key) || isCart(except, key);
  for (const { storage, keys } of [tab, browser].flatMap((one) => one ?? [])) for (const key of keys()) if (!kept(key)) void storage.delete(key);
}

/** Return the storage of a slot. It keeps carts and what waits of `user()`, the rest in memory. */
export function waiting(slot: number, user: () => string | undefined): Storage {
  const memory = memoryStorage();
  const prefix = prefixOf(slot);
  const of = (key: string) => {
    const id = user() ?? "";
    return (isCart(id, key) ? browser : isOf(id, key) ? tab : undefined)?.storage ?? memory;
  };
  return {
    get: (key) => of(key).get(prefix + key),
    set: (key, value) => of(key).set(prefix + key, value),
    delete: (key) => of(key).delete(prefix + key),
  };
}
