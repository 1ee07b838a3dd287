// The session's tokens: one refresh at a time, in all tabs, whose answer may be lost.
import { asError, MetaiaError } from "./errors.js";
import type { Schemas } from "./generated/events.js";
import { delay, sleep, type Rest } from "./http.js";
import { randomId, type Random } from "./random.js";

export type User = Schemas["UserOut"];

/** What is kept of a session between two starts. Access tokens are never stored. */
export interface Session {
  refreshToken: string;
  /** Made once for a session: with it, a refresh whose answer was lost can be repeated. */
  attemptId: string;
  user: User;
}

/** Where the session is kept: Web Storage in browsers, SecureStore or Keychain in apps. */
export interface SessionStore {
  load(): Promise<Session | null> | Session | null;
  save(session: Session | null): Promise<void> | void;
  /** Whether other tabs use the same session. */
  readonly shared?: boolean;
}

/** Gives access tokens of a session that another part keeps, such as a cookie; null: signed out. */
export interface TokenSource {
  access(rejected?: string): Promise<{ accessToken: string; user?: User | undefined } | null>;
}

export interface Tokens {
  /** Return an access token that is good for a minute at least. Rejects with `signed_out`. */
  access(rejected?: string): Promise<string>;
  /** The current access token, whether it is still good or not. */
  token(): string | undefined;
  /** Milliseconds until the current access token ends; 0 when there is none. */
  left(): number;
  /** The share of its life that the token still has, 0 to 1. */
  share(): number;
  user(): User | null;
  /** Keep a new session, or null: signed out. */
  begin(answer: { user: User; accessToken: string; refreshToken: string } | null): Promise<void>;
  /** Read the stored session; return its user. */
  restore(): Promise<User | null>;
  /** The stored refresh token, for logout. */
  stored(): Promise<Session | null>;
  subscribe(changed: (user: User | null) => void): () => void;
  close(): void;
}

export interface TokensOptions {
  origin: string;
  store?: SessionStore | undefined;
  source?: TokenSource | undefined;
  random: Random;
  /** Sends requests without a token. */
  rest: () => Rest;
}

const EARLY = 60_000; // a token that ends sooner is not used any more
const OVER = ["refresh_reused", "session_ended", "token_invalid", "token_expired", "user_inactive", "unauthenticated"];
const gone = () => new MetaiaError(401, "signed_out", "Log in first.");

interface Held {
  token: string;
  from: number;
  until: number;
}

function held(token: string): Held {
  let seconds = 600;
  try {
    const part = token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    const { exp, iat } = JSON.parse(atob(part)) as { exp: number; iat: number };
    seconds = exp - iat; // both by the server's clock
  } catch {
    // no JWT, or no atob: ten minutes
  }
  return { token, from: Date.now(), until: Date.now() + seconds * 1000 };
}

/** Return the tokens of one client. */
export function createTokens({ origin, store, source, random, rest }: TokensOptions): Tokens {
  const listeners = new Set<(user: User | null) => void>();
  const name = `metaia:${origin}:session`;
  const channel = store?.shared && typeof BroadcastChannel !== "undefined" ? new BroadcastChannel(name) : undefined;
  let current: Held | undefined;
  let user: User | null = null;
  let running: Promise<string> | undefined;

  const left = () => (current ? Math.max(0, current.until - Date.now()) : 0);
  const good = (rejected?: string) =>
    current && current.token !== rejected && left() > Math.min(EARLY, (current.until - current.from) / 2);

  function tell(next: User | null) {
    const changed = next?.id !== user?.id;
    user = next;
    if (changed) for (const listener of [...listeners]) listener(next);
  }

  function hold(token: string | null, next: User | null, share: boolean) {
    current = token ? held(token) : undefined;
    if (share) channel?.postMessage({ token, user: next });
    tell(next);
  }

  if (channel) {
    channel.onmessage = ({ data }) => hold(data.token, data.user, false);
    (channel as { unref?: () => void }).unref?.(); // Node: must not keep the process running
  }

  async function end(): Promise<never> {
    await store?.save(null);
    hold(null, null, true);
    throw gone();
  }

  async function fromSource(rejected?: string): Promise<string> {
    const given = await source!.access(rejected);
    hold(given?.accessToken ?? null, given ? (given.user ?? user) : null, false);
    if (!given) throw gone();
    return given.accessToken;
  }

  /** Use the stored refresh token; another tab may have changed it since the last try. */
  async function refresh(rejected?: string): Promise<string> {
    for (let n = 1; ; n++) {
      if (good(rejected)) return current!.token;
      const session = await store!.load();
      if (!session) return end();
      try {
        const { refreshToken, attemptId } = session;
        const { data } = await rest().send("post", "/api/auth/refresh", {
          body: { refreshToken, attemptId },
          auth: false,
        });
        await store!.save({ refreshToken: data.refreshToken, attemptId, user: data.user });
        hold(data.accessToken, data.user, true);
        return data.accessToken;
      } catch (error) {
        const { status, code, retryAfter } = asError(error);
        const later = await store!.load();
        const rotated = later?.refreshToken !== session.refreshToken;
        if (status === 401 && OVER.includes(code) && !(rotated && n < 3)) return end();
        if (n >= 4 || (status >= 400 && status < 500 && !rotated && status !== 429)) throw error;
        await sleep(rotated ? 0 : delay(n, retryAfter));
      }
    }
  }

  function locked(rejected?: string): Promise<string> {
    const locks = globalThis.navigator?.locks;
    if (!store!.shared || !locks) return refresh(rejected);
    return locks.request(name, () => refresh(rejected)) as unknown as Promise<string>;
  }

  return {
    async access(rejected) {
      if (good(rejected)) return current!.token;
      const begin = () => (source ? fromSource(rejected) : store ? locked(rejected) : Promise.reject(gone()));
      running ??= begin().finally(() => (running = undefined));
      return running;
    },
    token: () => current?.token,
    left,
    share: () => (current ? left() / (current.until - current.from) : 0),
    user: () => user,
    async begin(answer) {
      if (answer) {
        const { refreshToken, accessToken, user: next } = answer;
        await store?.save({ refreshToken, attemptId: randomId(random), user: next });
        hold(accessToken, next, true);
      } else {
        await store?.save(null);
        hold(null, null, true);
      }
    },
    async restore() {
      const session = await store?.load();
      if (session && !user) tell(session.user);
      return user;
    },
    async stored() {
      return (await store?.load()) ?? null;
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    close: () => channel?.close(),
  };
}
