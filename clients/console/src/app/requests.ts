// The requests that this page has sent to the API, newest last: the theatre shows them, to copy.
import { createStore } from "zustand/vanilla";

export interface Recorded {
  id: number;
  slot: number;
  method: string;
  /** With the query. */
  path: string;
  body: string | null;
  /** `Idempotency-Key`. */
  key: string | null;
  status: number;
  ms: number;
  requestId: string | null;
}

const KEPT = 200;
let last = 0;

export const requests = createStore<{ list: readonly Recorded[] }>(() => ({ list: [] }));

/** Return `fetch` that keeps what it sends for `slot`. Tokens are not kept. */
export function recorded(slot: number, fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const began = performance.now();
    const answer = await fetch(input, init);
    const url = new URL(input instanceof Request ? input.url : String(input), location.origin);
    const one: Recorded = {
      id: ++last,
      slot,
      method: init?.method ?? "GET",
      path: url.pathname + url.search,
      body: typeof init?.body === "string" ? init.body : null,
      key: new Headers(init?.headers).get("Idempotency-Key"),
      status: answer.status,
      ms: performance.now() - began,
      requestId: answer.headers.get("X-Request-ID"),
    };
    requests.setState(({ list }) => ({ list: [...list.slice(1 - KEPT), one] }));
    return answer;
  };
}
