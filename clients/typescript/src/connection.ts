// The connection: gets a token, opens a transport at the cursor, and does so again until it is stopped.
import { createStore } from "zustand/vanilla";
import { asError, MetaiaError } from "./errors.js";
import { createBackoff, type Backoff } from "./backoff.js";
import { watch } from "./hints.js";
import type { Connection, ConnectionState, Parts } from "./connection-types.js";
import { createPulse, type Pulse } from "./pulse.js";
import { next, type Signal } from "./states.js";
import type { End, Link } from "./transports/transport.js";

const SESSION_OVER = ["session_ended", "signed_out", "refresh_reused", "second_factor_needed", "user_inactive"];
const FRESH_TOKEN = ["token_expired", "token_invalid", "token_missing"];
const ANSWER_WITHIN = 10_000; // ms

/** Return the connection of one client; it does nothing before `start`. */
export function createConnection(parts: Parts): Connection {
  const { tokens, stream, rooms } = parts;
  const store = createStore<ConnectionState>(() => ({
    state: "idle",
    isConnected: false,
    error: null,
    transport: null,
    retryAt: null,
    lag: null,
  }));
  const backoff: Backoff = createBackoff(parts.transports, parts.rest);
  let link: Link | undefined;
  let epoch = 0; // of the running try: callbacks of an earlier one are ignored
  let opened = false; // the stream has its stored place
  let fetched = false; // state was fetched once in this process
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unwatch = () => {};

  const get = () => store.getState();
  const pulse: Pulse = createPulse({
    tokens,
    send: (name, data, timeout) => link?.request?.(name, data, timeout),
    measured: (lag) => store.setState({ lag }),
    dead: () => ended({ code: "no_heartbeat" }),
    renew: () => again("token_expired"),
  });

  /** Move to the state that `signal` leads to; return whether it leads anywhere. */
  function go(signal: Signal, more: Partial<ConnectionState> = {}): boolean {
    const before = get().state;
    const state = next(before, signal);
    if (!state) return false;
    const isConnected = state === "live" || (state === "suspended" && before === "live");
    store.setState({ state, isConnected, retryAt: null, ...more });
    return true;
  }

  function drop() {
    epoch++;
    clearTimeout(timer);
    pulse.stop();
    link?.close();
    link = undefined;
  }

  async function prepare(rejected?: string) {
    const own = epoch;
    try {
      const token = await tokens.access(rejected);
      if (own === epoch && !opened) backoff.begin(await parts.prepare());
      if (own !== epoch) return;
      opened = true;
      connect(token);
    } catch (error) {
      if (own === epoch) ended(asError(error));
    }
  }

  function connect(token: string) {
    const own = ++epoch;
    const mine = <A extends unknown[]>(run: (...given: A) => void) => (...given: A) => void (own === epoch && run(...given));
    const transport = backoff.transport();
    go("token", { transport: transport.name });
    link = transport.open({
      ...parts,
      token,
      cursor: stream.cursor(),
      position: stream.cursor,
      handlers: {
        open: mine(() => void go("open", { error: null })),
        event: mine((name: string, data: any, cursor?: string) => {
          stream.deliver(name, data, cursor);
          if (name === "sync" && data.complete) void synced(data.resync, own);
        }),
        end: mine((reason: End) => ended(reason, token)),
      },
    });
  }

  async function synced(resync: boolean, own: number) {
    if (resync || !fetched) {
      go("resync");
      stream.hold(true);
      try {
        await parts.refetch();
      } catch (error) {
        fetched = false; // the next connection has a newer cursor, and still not the state before it
        if (own === epoch) ended(asError(error));
        return;
      }
      if (own !== epoch) return void (fetched &&= !resync);
      fetched = true;
      stream.hold(false);
      await stream.flush(); // "live" promises that what comes from now on is not missed, even if the process is killed
      if (own !== epoch) return;
    }
    if (!go("complete") && !go("fetched")) return;
    const fallback = backoff.live();
    if (fallback) timer = setTimeout(() => again(null), fallback);
    parts.works(get().transport!);
    pulse.start();
    if (link?.request) rooms.joinAll((name, data) => link!.request!(name, data, ANSWER_WITHIN));
  }

  /** Begin again at once, with a new token if the server has refused `rejected`. */
  function again(error: string | null, rejected?: string) {
    drop();
    if (go("again", { error })) void prepare(rejected);
  }

  function ended({ code, retryAfter }: End, token?: string) {
    drop();
    if (SESSION_OVER.includes(code)) return over(code);
    if (FRESH_TOKEN.includes(code) && backoff.renew()) return again(code, token);
    const own = epoch;
    const wasLive = get().isConnected;
    go("failed", { error: code });
    if (get().state !== "waiting") return;
    void backoff.failed({ code, retryAfter }, wasLive).then((found) => {
      if (own !== epoch) return;
      if (SESSION_OVER.includes(found.code)) return over(found.code);
      store.setState({ retryAt: Date.now() + found.ms });
      timer = setTimeout(() => again(code, FRESH_TOKEN.includes(found.code) ? token : undefined), found.ms);
    });
  }

  function over(code: string) {
    drop();
    if (go("session_over", { error: code, transport: null })) parts.signedOut(code);
  }

  const retryNow = () => void (get().state === "waiting" && again(get().error));

  /** Check the line after a pause: the OS may have cut it without a notice. */
  function probe() {
    if (!link || !get().isConnected) return;
    if (!link.request) return again(null);
    void pulse.probe();
    go("resumed");
  }

  return {
    store,
    get state() {
      return get().state;
    },
    get isConnected() {
      return get().isConnected;
    },
    get cursor() {
      return stream.cursor();
    },
    subscribe: (changed) => store.subscribe(changed),
    start() {
      if (!go("start", { error: null })) return;
      unwatch();
      unwatch = watch(parts, { hidden: () => void (go("hidden"), stream.flush()), back: () => (retryNow(), probe()) });
      void prepare();
    },
    stop() {
      drop();
      unwatch();
      opened = fetched = false;
      go("stop", { error: null, transport: null });
      void stream.flush();
    },
    signOut: () => void (get().state === "idle" && go("start") && over("signed_out")),
    link: () => link?.request,
    retryNow,
    serverTime: pulse.serverTime,
    async request(name, data) {
      const sent = get().isConnected && link?.request?.(name, data, ANSWER_WITHIN);
      if (!sent) throw new MetaiaError(0, "not_live", "No live Socket.IO connection.");
      return answerOf(await sent.catch(() => null));
    },
  };
}

/** Return the data of an acknowledgement. Raises MetaiaError. */
function answerOf(answer: any): any {
  if (answer?.ok) return answer.data;
  const { code = "timeout", message = "No acknowledgement in time.", details } = answer?.error ?? {};
  throw new MetaiaError(0, code, message, details);
}
