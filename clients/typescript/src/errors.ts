import type { Schemas } from "./generated/events.js";

export type ErrorCode = Schemas["Problem"]["code"];
export type Order = Schemas["OrderOut"];

/** Codes of errors that arise in the client itself. */
export type ClientCode = "network" | "timeout" | "aborted" | "signed_out" | "not_live" | "unreadable_answer";

/** A request or an event failed. `code` is stable; `message` is for developers and logs. */
export class MetaiaError extends Error {
  override readonly name = "MetaiaError";

  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    readonly code: ErrorCode | ClientCode | (string & {}),
    message: string,
    /** By field for `invalid`; the current state for a 409. */
    readonly details: Record<string, unknown> = {},
    readonly requestId?: string,
    /** Seconds. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** A 409 of an order: `details.order` is the order as it is now, with the actions that are possible now. */
export type OrderConflict = MetaiaError & { readonly details: { order: Order } };

/** Return whether `error` is a 409 that carries the current order. */
export function isConflict(error: unknown): error is OrderConflict {
  return error instanceof MetaiaError && error.status === 409 && orderIn(error.details) !== undefined;
}

function orderIn(details: Record<string, unknown>): unknown {
  return (details["order"] as Order | undefined)?.version;
}

/** Return the error for the JSON `body` of an answer with the given status. */
export function errorOf(status: number, body: unknown, retryAfter?: number): MetaiaError {
  const { error, requestId } = (body ?? {}) as { error?: Partial<Schemas["Problem"]>; requestId?: string };
  const code = error?.code ?? (status ? "http_error" : "network");
  return new MetaiaError(status, code, error?.message ?? `HTTP ${status}`, error?.details, requestId, retryAfter);
}

export const aborted = (): MetaiaError => new MetaiaError(0, "aborted", "The request was aborted.");

/** Return `error` as a MetaiaError. */
export function asError(error: unknown): MetaiaError {
  if (error instanceof MetaiaError) return error;
  return new MetaiaError(0, "network", error instanceof Error ? error.message : String(error));
}
