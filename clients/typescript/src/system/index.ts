// The state of the installation, for staff: statistics, durations, errors and the log of events.
import type { Schemas } from "../generated/events.js";
import type { Metaia } from "../metaia.js";

export type SystemStats = Schemas["StatsOut"];
export type Performance = Schemas["PerformanceOut"];
export type PerformanceWindow = Performance["window"];
export type SystemError = Schemas["ErrorOut"];
/** With the stack of the latest occurrence. */
export type WholeSystemError = Schemas["WholeErrorOut"];
export type ErrorState = SystemError["state"];
/** An event as it was recorded; personal fields are `"[hidden]"`, unless `reveal` was asked for. */
export type LoggedEvent = Schemas["LoggedEvent"];
export type EventTypeInfo = Schemas["EventTypeOut"];
export type Version = Schemas["ReleaseVersionData"];

export interface ErrorFilter {
  state?: ErrorState;
  /** Only errors that were seen since then, as RFC 3339. */
  since?: string;
  sort?: "-lastSeen" | "lastSeen" | "-firstSeen" | "firstSeen" | "-count" | "count";
  limit?: number;
  cursor?: string;
}

export interface EventFilter {
  /** As it is stored (`order.updated`), or as clients get it (`order_update`). */
  type?: string;
  subject?: string;
  actorId?: string;
  requestId?: string;
  room?: string;
  from?: string;
  to?: string;
  /** Only events after this cursor, the oldest of them; without it the newest events. */
  after?: string;
  before?: string;
  limit?: number;
}

/** Why personal fields are needed; the audit log keeps it. */
export interface Reveal {
  reason: string;
}

export interface EventPage {
  /** The newest one last. */
  events: LoggedEvent[];
  /** The `after` of the next call, also at the end of the log. */
  nextCursor: string | null;
  /** The `before` of the events before these. */
  previousCursor: string | null;
}

export interface System {
  /** At most five seconds old; a part that did not answer is null and in `unavailable`. */
  stats(signal?: AbortSignal): Promise<SystemStats>;
  /** Durations in seconds. */
  performance(window?: PerformanceWindow, signal?: AbortSignal): Promise<Performance>;
  errors(filter?: ErrorFilter, signal?: AbortSignal): Promise<{ errors: SystemError[]; nextCursor: string | null }>;
  error(fingerprint: string, signal?: AbortSignal): Promise<WholeSystemError>;
  /** Resolve, ignore or reopen, for admins. A resolved one reopens if a newer release has it again. */
  changeError(fingerprint: string, state: ErrorState): Promise<WholeSystemError>;
  /** The log, for admins. */
  events(filter?: EventFilter, reveal?: Reveal, signal?: AbortSignal): Promise<EventPage>;
  eventTypes(signal?: AbortSignal): Promise<EventTypeInfo[]>;
  /** Needs no login. */
  version(signal?: AbortSignal): Promise<Version>;
}

const PATH = "/api/system";
const made = new WeakMap<Metaia, System>();

/** Return the system of a client: the same object each time. */
export function systemOf(metaia: Metaia): System {
  const known = made.get(metaia) ?? createSystem(metaia);
  made.set(metaia, known);
  return known;
}

function createSystem({ rest }: Metaia): System {
  const one = `${PATH}/errors/{fingerprint}`;
  return {
    stats: async (signal) => (await rest.send("get", `${PATH}/stats`, { signal })).data.stats,
    performance: async (window = "1h", signal) => (await rest.send("get", `${PATH}/performance`, { query: { window }, signal })).data.performance,
    async errors(filter = {}, signal) {
      const { data, meta } = await rest.send("get", `${PATH}/errors`, { query: { ...filter }, signal });
      return { errors: data.errors, nextCursor: meta.nextCursor ?? null };
    },
    error: async (fingerprint, signal) => (await rest.send("get", one, { path: { fingerprint }, signal })).data.error,
    changeError: async (fingerprint, state) => (await rest.send("patch", one, { path: { fingerprint }, body: { state } })).data.error,
    async events(filter = {}, reveal, signal) {
      const query = { ...filter, ...(reveal && { reveal: "true", reason: reveal.reason }) };
      const { data, meta } = await rest.send("get", `${PATH}/events`, { query, signal });
      return { events: data.events, nextCursor: meta.nextCursor ?? null, previousCursor: meta.previousCursor ?? null };
    },
    eventTypes: async (signal) => (await rest.send("get", `${PATH}/events/types`, { signal })).data.types,
    version: async (signal) => (await rest.send("get", `${PATH}/version`, { signal, auth: false })).data,
  };
}
