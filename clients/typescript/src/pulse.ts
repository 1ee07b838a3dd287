// What happens at intervals while live: heartbeats, and newer tokens for the open connection.
import type { Tokens } from "./tokens.js";

const EVERY = 25_000; // ms between heartbeats
const WITHIN = 5_000;
const PROBE_WITHIN = 3_000;

export interface Pulse {
  start(): void;
  stop(): void;
  /** Send a heartbeat now; the connection is dead without an answer in 3 s. */
  probe(): Promise<void>;
  serverTime(): number;
}

export interface PulseOptions {
  tokens: Tokens;
  send(name: string, data: unknown, timeout: number): Promise<any> | undefined;
  measured(lag: number): void;
  dead(): void;
  /** The connection must be opened again with a newer token. */
  renew(): void;
}

export function createPulse({ tokens, send, measured, dead, renew }: PulseOptions): Pulse {
  let beat: ReturnType<typeof setTimeout> | undefined;
  let refresh: ReturnType<typeof setTimeout> | undefined;
  let offset = 0;
  let run = 0;

  async function heartbeat(timeout: number) {
    const own = run;
    const sent = Date.now();
    const pending = send("heartbeat", {}, timeout);
    if (!pending) return;
    const answer = await pending.catch(() => null);
    if (own !== run) return;
    if (!answer) return dead();
    const now = Date.now();
    measured(now - sent);
    if (answer.ok) offset = Date.parse(answer.data.at) - (now + sent) / 2;
    // a server without heartbeats answers `unknown_event`: alive too, but not to be asked again and again
    clearTimeout(beat);
    if (answer.ok) beat = setTimeout(() => void heartbeat(WITHIN), EVERY);
  }

  function schedule() {
    clearTimeout(refresh);
    const ms = tokens.left() - 0.2 * (tokens.left() / (tokens.share() || 1)); // at 80 % of its life
    refresh = setTimeout(() => void extend(), Math.max(1_000, ms));
  }

  /** Give the open connection a newer token. */
  async function extend() {
    const own = run;
    try {
      const token = await tokens.access(tokens.token());
      if (own !== run) return;
      const answer = await send("auth:refresh", { token }, WITHIN);
      if (own !== run) return;
      if (answer && !answer.ok) return renew();
      schedule();
    } catch {
      if (own === run) refresh = setTimeout(() => void extend(), 10_000); // REST does not answer, the socket may
    }
  }

  return {
    start() {
      run++;
      schedule();
      void heartbeat(WITHIN);
    },
    stop() {
      run++;
      clearTimeout(beat);
      clearTimeout(refresh);
    },
    probe: () => heartbeat(PROBE_WITHIN),
    serverTime: () => Date.now() + offset,
  };
}
