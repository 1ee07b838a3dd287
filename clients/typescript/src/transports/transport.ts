// What the four ways to the event stream have in common: one cursor, one set of handlers.
import type { Rest } from "../http.js";

export type TransportName = "socketio" | "ws" | "sse" | "poll";

/** Why a link ended: a code of the server, or `lost`. */
export interface End {
  code: string;
  /** Seconds to wait before the next try. */
  retryAfter?: number | undefined;
}

export interface Handlers {
  open(): void;
  /** An event, `sync` included; `cursor` is its place in the log. */
  event(name: string, data: any, cursor?: string): void;
  /** The link has ended; called once, and not after `close`. */
  end(reason: End): void;
}

export interface Link {
  close(): void;
  /** Send an event and wait for its acknowledgement (Socket.IO only). Rejects after `timeout` ms. */
  request?(name: string, data: unknown, timeout: number): Promise<any>;
}

export interface Opening {
  baseUrl: string;
  rest: Rest;
  fetch: typeof fetch;
  token: string;
  /** Empty: from now on. */
  cursor: string;
  /** The newest cursor, for checks of a silent line. */
  position(): string;
  handlers: Handlers;
}

export interface Transport {
  name: TransportName;
  /** Whether the platform has what it takes. */
  usable(): boolean;
  open(opening: Opening): Link;
}

/** Return handlers that call `end` once, and nothing after it. */
export function guarded({ open, event, end }: Handlers): Handlers & { stop(): void } {
  let over = false;
  return {
    open: () => over || open(),
    event: (name, data, cursor) => void (over || event(name, data, cursor)),
    end(reason) {
      if (over) return;
      over = true;
      end(reason);
    },
    stop: () => void (over = true),
  };
}

/** Return a query string of the values that are not empty. */
export function queryOf(values: Record<string, string>): string {
  const pairs = Object.entries(values).filter(([, value]) => value);
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}
