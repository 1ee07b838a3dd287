// REST: sends requests, retries those that are safe to repeat with the same text, and raises MetaiaError.
import { aborted, asError, errorOf, MetaiaError } from "./errors.js";
import type { Call, Common, Method } from "./routes.js";

/** Gives access tokens. `rejected` is a token that the server has refused, so another one is needed. */
export type AccessToken = (rejected?: string) => Promise<string>;

export interface HttpOptions {
  baseUrl: string;
  fetch: typeof fetch;
  access: AccessToken;
}

export interface Rest {
  GET: Call<"get">;
  POST: Call<"post">;
  PUT: Call<"put">;
  PATCH: Call<"patch">;
  DELETE: Call<"delete">;
  /** The request without types, for paths that are not known at compile time. */
  send(method: Method, path: string, options?: Loose): Promise<any>;
}

/** Options without the types of one operation. */
export interface Loose extends Common {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  /** A body that is not JSON, such as a form with a file; each try sends the same one. */
  raw?: FormData | Blob | undefined;
  /** Sends this request instead of the client's `fetch`. */
  fetch?: typeof fetch | undefined;
}

type Body = string | FormData | Blob | undefined;

const TIMEOUT = 15_000;
const TRIES = 5;
const PATIENCE = 60; // seconds: a longer Retry-After is the caller's matter
/** Statuses after which the same request may succeed; 0: no answer. */
export const PASSING: readonly number[] = [0, 408, 425, 429, 502, 503, 504];

/** Wait `ms` milliseconds. Rejects when `signal` aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(aborted());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
  });
}

/** Return the delay before try `n` (from 1): full jitter up to 0.5 · 2ⁿ seconds, 30 at most; Retry-After wins. */
export function delay(n: number, retryAfter?: number): number {
  if (retryAfter !== undefined) return retryAfter * 1000 + Math.random() * 250;
  return Math.random() * Math.min(30_000, 500 * 2 ** n);
}

/** Return the address of `path` with its parameters filled in. */
export function address(baseUrl: string, path: string, { path: given = {}, query = {} }: Loose): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])));
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return baseUrl + filled + (pairs.length ? `?${pairs.join("&")}` : "");
}

/** Return the REST client of one server. */
export function createRest({ baseUrl, access, fetch }: HttpOptions): Rest {
  async function once(method: Method, url: string, text: Body, given: Loose, token?: string) {
    const limit = new AbortController();
    const abort = () => limit.abort();
    const { signal } = given;
    let late = false;
    const timer = setTimeout(() => ((late = true), abort()), given.timeout ?? TIMEOUT);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    const headers: Record<string, string> = { Accept: "application/json", ...given.headers };
    if (typeof text === "string") headers["Content-Type"] = "application/json";
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (given.key) headers["Idempotency-Key"] = given.key;
    try {
      const answer = await (given.fetch ?? fetch)(url, {
        method: method.toUpperCase(),
        headers,
        signal: limit.signal,
        ...(text === undefined ? {} : { body: text }),
      });
      return { answer, body: await read(answer) };
    } catch (error) {
      if (late) throw new MetaiaError(0, "timeout", "The server did not answer in time.");
      if (signal?.aborted) throw aborted();
      throw asError(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  async function attempt(method: Method, url: string, text: Body, given: Loose) {
    if (given.auth === false) return checked(await once(method, url, text, given));
    const token = await access();
    const first = await once(method, url, text, given, token);
    const refused = first.answer.status === 401 && first.body?.error?.code === "token_expired";
    return checked(refused ? await once(method, url, text, given, await access(token)) : first);
  }

  async function send(method: Method, path: string, given: Loose = {}): Promise<any> {
    const url = address(baseUrl, path, given);
    const text = given.raw ?? (given.body === undefined ? undefined : JSON.stringify(given.body)); // the same for each try
    const tries = given.tries ?? (method === "get" || given.key ? TRIES : 1);
    if (given.auth !== false) await access(); // has tries of its own
    for (let n = 1; ; n++) {
      try {
        return await attempt(method, url, text, given);
      } catch (error) {
        const { status, code, retryAfter } = asError(error);
        const passing = PASSING.includes(status) || code === "idempotency_in_flight";
        if (n >= tries || !passing || (retryAfter ?? 0) > PATIENCE || code === "aborted" || code === "signed_out") throw error;
        await sleep(delay(n, retryAfter), given.signal);
      }
    }
  }

  return restOf(send);
}

/** Return the functions of all methods, which send with `send`. */
export function restOf(send: Rest["send"]): Rest {
  const of =
    (method: Method) =>
    (path: string, given?: Loose): Promise<any> =>
      send(method, path, given);
  return { GET: of("get"), POST: of("post"), PUT: of("put"), PATCH: of("patch"), DELETE: of("delete"), send } as Rest;
}

async function read(answer: Response): Promise<any> {
  const text = await answer.text();
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page
  }
}

function checked({ answer, body }: { answer: Response; body: any }) {
  const { status, headers } = answer;
  const unchanged = status === 304;
  if (!answer.ok && !unchanged) {
    const seconds = Number(headers.get("Retry-After") ?? NaN);
    throw errorOf(status, body, Number.isFinite(seconds) ? seconds : undefined);
  }
  if (body === undefined && !unchanged && status !== 204)
    throw new MetaiaError(status, "unreadable_answer", "The answer is not JSON: is this the address of a METAIA server?");
  return { data: body?.data ?? {}, meta: body?.meta ?? {}, status, etag: headers.get("ETag") ?? undefined };
}
