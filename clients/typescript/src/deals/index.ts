// Deals: one timeline over messages, offers, the order, its payments and parcels, in the order in which METAIA knew.
import type { Booking } from "../bookings/types.js";
import type { Conversation, Message } from "../chat/types.js";
import type { Order } from "../errors.js";
import type { Metaia } from "../metaia.js";
import type { Offer } from "../offers/types.js";
import type { Payment } from "../payments/types.js";

export type DealStage = "negotiating" | "ordered" | "paid" | "shipped" | "completed" | "lost";
export const KINDS = ["message", "offer", "order", "payment", "tracking", "booking", "people"] as const;
export type EntryKind = (typeof KINDS)[number];

export interface Deal {
  id: string;
  stage: DealStage;
  /** Null for a booking without an account. */
  buyerId: string | null;
  /** Null where the house sells itself. */
  sellerId: string | null;
  conversation: Conversation | null;
  offer: Offer | null;
  order: Order | null;
  booking: Booking | null;
  payment: Payment | null;
  tracking: Record<string, unknown> | null;
  unread: number;
  allowedActions: Record<"chat" | "offer" | "order" | "booking" | "payment", string[]>;
  createdAt: string;
}

export interface Entry {
  /** That of the event. */
  id: string;
  cursor: string;
  kind: EntryKind;
  action: string;
  actor: { id: string | null; role: string; name: string | null };
  at: string;
  /** The carrier's time. */
  occurredAt?: string | null;
  /** As it is now; of `people`, the message of the system. */
  message?: Message;
  /** Offers, orders and bookings are as they were after the action. */
  offer?: Partial<Offer>;
  order?: Partial<Order>;
  booking?: Partial<Booking>;
  /** As it is now. */
  payment?: Payment;
  tracking?: Record<string, unknown>;
}

export interface TimelineQuery {
  before?: string;
  after?: string;
  kinds?: readonly EntryKind[];
  limit?: number;
  /** Of staff outside of the conversation: why its messages are read. */
  reason?: string;
}

export interface TimelinePage {
  /** Ascending. It may be empty and go on: what the user may not see is left out. */
  entries: Entry[];
  firstCursor: string | null;
  hasBefore: boolean;
  hasAfter: boolean;
}

export interface DealFilter {
  as?: "buyer" | "seller";
  stage?: DealStage;
  q?: string;
  limit?: number;
  cursor?: string;
}

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
