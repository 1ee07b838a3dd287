// Addresses of files: kept until shortly before they end, asked for together where that is possible.
import type { Rest } from "../http.js";
import type { Address, AddressOptions } from "./types.js";

const EARLY = 30_000; // ms before its end an address is renewed
const LONGEST = 600_000; // ms that an address is kept, whatever its end: public pictures may be deleted, too
const BATCH = 100;

interface Kept extends Address {
  /** When to ask again, by this clock. */
  until: number;
}

interface Listed {
  id: string;
  /** Null: the user may not read the file, or it has none. */
  url: string | null;
  urlExpiresAt: string | null;
}

export interface Addresses {
  /** Return an address that is good for 30 seconds at least. Rejects with 403, 404 or 410 `gone`. */
  address(id: string, options?: AddressOptions): Promise<string>;
  /** The same for many files, in requests of 100. Files that the user may not see are missing. */
  urls(ids: readonly string[]): Promise<Record<string, string>>;
  /** Milliseconds until the kept address of a file should be replaced; 0 if there is none. */
  rest(id: string, options?: AddressOptions): number;
  forget(id?: string): void;
}

/** Return the addresses of one client; `now` gives the server's time in milliseconds. */
export function createAddresses(rest: Rest, now: () => number): Addresses {
  const kept = new Map<string, Kept>();
  const asked = new Map<string, Promise<string>>();
  const keyOf = (id: string, options: AddressOptions = {}) => `${id} ${JSON.stringify(Object.entries(options).sort())}`;

  function keep(key: string, { url, expiresAt }: Address): string {
    const ends = expiresAt ? Date.parse(expiresAt) - now() - EARLY : LONGEST;
    kept.set(key, { url, expiresAt, until: Date.now() + Math.min(LONGEST, Math.max(0, ends)) });
    return url;
  }

  function good(key: string): Kept | undefined {
    const found = kept.get(key);
    if (found && found.until > Date.now()) return found;
    kept.delete(key);
    return undefined;
  }

  /** Two that want one address at once share the request. */
  function once(key: string, ask: () => Promise<Address>): Promise<string> {
    const running = asked.get(key);
    if (running) return running;
    const promise: Promise<string> = ask().then((found) => {
      // `forget` was called meanwhile: this address may be of a file that is no more
      return asked.get(key) === promise ? keep(key, found) : found.url;
    });
    asked.set(key, promise);
    const over = () => void (asked.get(key) === promise && asked.delete(key));
    promise.then(over, over);
    return promise;
  }

  return {
    async address(id, options) {
      const key = keyOf(id, options);
      const ask = async () => (await rest.send("get", "/api/upload/{media_id}/url", { path: { media_id: id }, query: { ...options } })).data;
      return good(key)?.url ?? once(key, ask);
    },
    async urls(ids) {
      const missing = [...new Set(ids)].filter((id) => !good(keyOf(id)));
      for (let n = 0; n < missing.length; n += BATCH) {
        const { data } = await rest.send("get", "/api/upload/urls", { query: { ids: missing.slice(n, n + BATCH).join() } });
        for (const { id, url, urlExpiresAt } of data.urls as Listed[]) if (url) keep(keyOf(id), { url, expiresAt: urlExpiresAt });
      }
      return Object.fromEntries(ids.flatMap((id) => (kept.has(keyOf(id)) ? [[id, kept.get(keyOf(id))!.url]] : [])));
    },
    rest: (id, options) => Math.max(0, (good(keyOf(id, options))?.until ?? 0) - Date.now()),
    forget(id) {
      for (const map of [kept, asked]) for (const key of map.keys()) if (!id || key.startsWith(`${id} `)) map.delete(key);
    },
  };
}
