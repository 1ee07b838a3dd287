// Deals: one timeline over messages, offers, the order, its payments and parcels, in the order in which METAIA knew.
import type { Message } from "../chat/types.js";
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";
import type { Metaia } from "../metaia.js";

/** What has come of a deal. `buyerId` is null for a booking without an account, `sellerId` where the house sells itself. */
export type Deal = Schemas["DealOut"];
export type DealStage = Deal["stage"];
export type EntryKind = Schemas["DealEntryOut"]["kind"];
export const KINDS = ["message", "offer", "order", "payment", "refund", "dispute", "tracking", "booking", "people"] as const satisfies readonly EntryKind[];

/**
 * One thing that happened. Offers, orders and bookings are as they were after the action, messages and payments as they
 * are now; `at` is METAIA's time, `occurredAt` the carrier's. The message of `people` is one of the system.
 */
export interface Entry extends Omit<Schemas["DealEntryOut"], "message"> {
  message?: Message;
}

type Query = NonNullable<paths["/api/deals/{deal_id}/timeline"]["get"]["parameters"]["query"]>;

/** `reason`, of staff outside of the conversation: why its messages are read. */
export interface TimelineQuery extends Omit<Query, "kinds"> {
  kinds?: readonly EntryKind[];
}

export interface TimelinePage extends Pick<Schemas["DealTimelineMeta"], "firstCursor" | "hasBefore" | "hasAfter"> {
  /** Ascending. It may be empty and go on: what the user may not see is left out. */
  entries: Entry[];
}

export type DealFilter = NonNullable<paths["/api/deals"]["get"]["parameters"]["query"]>;

export interface Deals {
  list(filter?: DealFilter, signal?: AbortSignal): Promise<{ deals: Deal[]; nextCursor: string | null }>;
  get(id: string, signal?: AbortSignal): Promise<Deal>;
  timeline(id: string, query?: TimelineQuery, signal?: AbortSignal): Promise<TimelinePage>;
  /** Call `changed` with events of a deal, and after a time without events, until the returned function is called. */
  watch(id: string, changed: (event?: any) => void): () => void;
}

const LIST = "/api/deals";

/** Return the deals of a client's user. */
export function dealsOf({ rest, onAny, connection }: Pick<Metaia, "rest" | "onAny" | "connection">): Deals {
  return {
    async list(filter = {}, signal) {
      const { data, meta } = await rest.send("get", LIST, { query: { ...filter }, signal });
      return { deals: data.deals, nextCursor: meta.nextCursor ?? null };
    },
    get: async (id, signal) => (await rest.send("get", `${LIST}/{deal_id}`, { path: { deal_id: id }, signal })).data.deal,
    async timeline(id, { kinds, ...query } = {}, signal) {
      const options = { path: { deal_id: id }, query: { ...query, ...(kinds && { kinds: kinds.join() }) }, signal };
      const { data, meta } = await rest.send("get", `${LIST}/{deal_id}/timeline`, options);
      return { entries: data.entries, firstCursor: meta.firstCursor ?? null, hasBefore: !!meta.hasBefore, hasAfter: !!meta.hasAfter };
    },
    watch(id, changed) {
      const ends = [
        onAny((event) => {
          const of = event?.dealId ?? event?.order?.dealId ?? event?.booking?.dealId;
          if (of === id) changed(event);
        }),
        connection.store.subscribe(({ state }, before) => {
          if (state === "live" && before.state !== "live") changed();
        }),
      ];
      return () => ends.forEach((end) => end());
    },
  };
}

/** Return `known` with `given`, by id; a copy of `given` is newer. Entries stay in the order of their events. */
export function joined(known: readonly Entry[], given: readonly Entry[], where: "before" | "after"): Entry[] {
  const newest = new Map([...known, ...given].map((one) => [one.id, one]));
  const order = where === "before" ? [...given, ...known] : [...known, ...given];
  return [...new Set(order.map(({ id }) => id))].map((id) => newest.get(id)!);
}
