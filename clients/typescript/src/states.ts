// The states of the connection as a table. The connection itself is in connection.ts.

export type State =
  | "idle"
  | "preparing"
  | "connecting"
  | "syncing"
  | "refetching"
  | "live"
  | "waiting"
  | "suspended"
  | "signed_out";

export type Signal =
  | "start"
  | "token"
  | "open"
  | "complete"
  | "resync"
  | "fetched"
  | "again"
  | "failed"
  | "hidden"
  | "resumed"
  | "session_over"
  | "stop";

const ENDS = { failed: "waiting", again: "preparing" } as const;

const TABLE: Record<State, Partial<Record<Signal, State>>> = {
  idle: { start: "preparing" },
  preparing: { token: "connecting", failed: "waiting" },
  connecting: { open: "syncing", ...ENDS },
  syncing: { complete: "live", resync: "refetching", ...ENDS },
  refetching: { fetched: "live", ...ENDS },
  live: { resync: "refetching", hidden: "suspended", ...ENDS },
  waiting: { again: "preparing" },
  suspended: { resumed: "live", resync: "refetching", ...ENDS },
  signed_out: { start: "preparing" },
};

/** Return the state that `signal` leads to, or undefined: it means nothing in this state. */
export function next(state: State, signal: Signal): State | undefined {
  if (signal === "stop") return "idle";
  if (signal === "session_over") return state === "idle" ? undefined : "signed_out";
  return TABLE[state][signal];
}
