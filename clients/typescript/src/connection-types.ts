// The connection as applications see it, and the parts that it is made of.
import type { StoreApi } from "zustand/vanilla";
import type { Sends } from "./generated/events.js";
import type { Hints } from "./hints.js";
import type { Rest } from "./http.js";
import type { Rooms } from "./rooms.js";
import type { State } from "./states.js";
import type { Stream } from "./stream.js";
import type { Tokens } from "./tokens.js";
import type { Link, Transport, TransportName } from "./transports/transport.js";

export interface ConnectionState {
  state: State;
  /** Events are complete up to now, and arrive as they happen. */
  isConnected: boolean;
  /** Why the last link ended, or why the client is signed out. */
  error: string | null;
  transport: TransportName | null;
  /** When the next try begins, in milliseconds since 1970; null unless waiting. */
  retryAt: number | null;
  /** Round trip to the server in ms, as last measured. */
  lag: number | null;
}

export interface Connection {
  store: StoreApi<ConnectionState>;
  readonly state: State;
  readonly isConnected: boolean;
  readonly cursor: string;
  /** Call `changed` at each change; returns a function that ends it. */
  subscribe(changed: (state: ConnectionState) => void): () => void;
  start(): void;
  stop(): void;
  /** The session has ended elsewhere. */
  signOut(): void;
  /** The function of the open link that sends events, if it has one. */
  link(): Link["request"] | undefined;
  retryNow(): void;
  /** The server's time in milliseconds since 1970, as far as known. */
  serverTime(): number;
  /** Send an event and return the data of its acknowledgement. Rejects with `not_live` unless live on Socket.IO. */
  request<N extends keyof Sends>(name: N, data: Sends[N]["data"]): Promise<Sends[N]["answer"]>;
}

export interface Parts extends Hints {
  baseUrl: string;
  fetch: typeof fetch;
  rest: Rest;
  tokens: Tokens;
  stream: Stream;
  rooms: Rooms;
  transports: Transport[];
  /** Open the stream at the stored place of the present user; return the transport that worked last time. */
  prepare(): Promise<string | undefined>;
  /** A transport works here. */
  works(transport: TransportName): void;
  /** Fetch all state again: the first time, and when the cursor is too old. */
  refetch(): Promise<void>;
  /** The session is over. */
  signedOut(code: string): void;
}
