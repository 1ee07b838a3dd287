// When to try again, and over which transport.
import { asError } from "./errors.js";
import { delay, type Rest } from "./http.js";
import type { End, Transport } from "./transports/transport.js";

const WORKED = 10_000; // ms live after which a transport has shown that it works here
const STEADY = 30_000; // ms live after which failures are forgotten
const RETURN = [300_000, 3_600_000] as const; // ms on a fallback after which the first transport is tried; doubled up to
const FAILURES = 3; // in a row, while REST answers: the next transport
const SPREAD = 3.6; // 0 to 6 s: all clients of a server that restarts come at once

export interface Backoff {
  /** The transport of the next try. */
  transport(): Transport;
  /** Count a failure; return the code of its cause, and how long to wait in ms. */
  failed(end: End, wasLive: boolean): Promise<{ code: string; ms: number }>;
  /** The connection is live; returns after how many ms the first transport is to be tried again, if it is another. */
  live(): number | undefined;
  /** Begin with the transport that worked last time. */
  begin(name: string | undefined): void;
  /** Whether one more new token may help: false the second time in a row. */
  renew(): boolean;
}

/** Return the memory of failed tries over `transports`, the best one first. */
export function createBackoff(transports: Transport[], rest: Rest): Backoff {
  const usable = transports.filter((one) => one.usable());
  let index = 0;
  let inRow = 0; // failures since the last steady connection
  let here = 0; // of the current transport
  let since = 0; // live since
  let fellBack = 0;
  let renewals = 0;
  let pause: number = RETURN[0];

  /** Ask over REST why sockets fail: a 429 at the handshake looks to a client like any error. */
  async function cause(): Promise<End | null> {
    try {
      await rest.GET("/api/sync", { query: { limit: 1 }, tries: 1 });
      return null;
    } catch (error) {
      const { status, code, retryAfter } = asError(error);
      return { code: status ? code : "lost", retryAfter };
    }
  }

  return {
    transport() {
      settle();
      if (index && Date.now() - fellBack > pause) {
        index = 0;
        here = FAILURES - 1; // one failure leads back
        pause = Math.min(pause * 2, RETURN[1]);
      }
      return usable[index]!;
    },
    async failed({ code, retryAfter }, wasLive) {
      const worked = settle();
      here = code === "lost" && !worked ? here + 1 : 0;
      inRow++;
      let found: End = { code, retryAfter };
      const enough = here >= (index ? 1 : FAILURES); // what blocks the first one may block others, too
      let n = wasLive && code === "lost" ? Math.max(inRow, SPREAD) : inRow - 1;
      if ((inRow >= 2 || enough) && retryAfter === undefined) {
        const refused = await cause();
        if (refused) found = refused;
        else if (enough && usable.length > 1) n = next();
      }
      return { code: found.code, ms: delay(n, found.retryAfter) };
    },
    live() {
      since = Date.now();
      renewals = 0;
      return index ? Math.max(0, fellBack + pause - since) + 1 : undefined;
    },
    begin(name) {
      index = Math.max(0, usable.findIndex((one) => one.name === name));
      fellBack = Date.now();
    },
    renew: () => ++renewals < 2,
  };

  /** Forget failures before a steady connection; return whether the transport has worked. */
  function settle(): boolean {
    const lived = since ? Date.now() - since : 0;
    if (lived > STEADY) inRow = 0;
    since = 0;
    return lived > WORKED;
  }

  /** Sockets fail while REST answers: take the next transport. */
  function next(): number {
    index = (index + 1) % usable.length;
    here = 0;
    fellBack = Date.now();
    return 0; // soon
  }
}
