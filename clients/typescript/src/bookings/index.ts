// Bookings: free times, booked, moved, cancelled, and kept up to date by events.
import { createStore, type StoreApi } from "zustand/vanilla";
import { asError } from "../errors.js";
import type { Events } from "../generated/events.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";
import type {
  ActionBodies, Booking, BookingFilter, BookingStep, Calendar, Cancellation, NewBooking, Service, ServiceFilter, SlotQuery, Slots,
} from "./types.js";
import { createWaiting, type Waiting } from "./waiting.js";

export type * from "./types.js";

const TRIES = 5;
const LISTED_BY = ["status", "startsAt", "calendarId"] as const; // filters and orders of lists depend on these

export interface BookingsState {
  byId: Record<string, Booking>;
  /** Rises when events may have been missed, and with each event after which a list may have other bookings. */
  changes: number;
}

export interface SlotsAnswer {
  slots: Slots;
  etag: string | undefined;
}

export interface Bookings extends Waiting {
  /** The bookings that were loaded; `booking-status-update` keeps them up to date. */
  store: StoreApi<BookingsState>;
  /** What partners offer. Needs no login. */
  services(filter?: ServiceFilter): Promise<{ services: Service[]; nextCursor: string | null }>;
  calendars(): Promise<Calendar[]>;
  /** The free times; null if they are those of `etag` still. */
  slots(query: SlotQuery, etag?: string, signal?: AbortSignal): Promise<SlotsAnswer | null>;
  /**
   * Book a time. Two calls with one `key` are one booking. Rejects with `slot_taken`, with the next free times as
   * `details.alternatives`, and with the reason why a time cannot be booked.
   */
  book(booking: NewBooking, key?: string): Promise<{ booking: Booking; warnings: string[] }>;
  get(id: string): Promise<Booking>;
  list(filter?: BookingFilter, signal?: AbortSignal): Promise<{ bookings: Booking[]; nextCursor: string | null }>;
  timeline(id: string): Promise<BookingStep[]>;
  /** What cancelling now would cost. */
  cancellation(id: string): Promise<Cancellation>;
  /** Change a booking that is as the store has it; after a 409 the store has its new state. */
  act<A extends keyof ActionBodies>(id: string, action: A, body?: Partial<ActionBodies[A]>): Promise<Booking>;
  /** Follow bookings in their rooms until the returned function is called; each is loaded unless the store has it. */
  watch(ids: string | readonly string[]): () => void;
  /**
   * Call `changed` when free times of a partner have changed, until the returned function is called. `joined` is called
   * each time the room is entered: changes before that may have been missed.
   */
  watchSlots(partnerId: string, changed: (event: Events["booking-slots-changed"]) => void, joined?: () => void): () => void;
  /** Put what another answer contained into the store, unless a newer version is there. */
  take(booking: Booking): void;
}

const made = new WeakMap<Metaia, Bookings>();

/** Return the bookings of a client: the same object each time. */
export function bookingsOf(metaia: Metaia): Bookings {
  const known = made.get(metaia) ?? createBookings(metaia);
  made.set(metaia, known);
  return known;
}

function createBookings({ rest, connection, on, auth, rooms }: Metaia): Bookings {
  const store = createStore<BookingsState>(() => ({ byId: {}, changes: 0 }));
  const one = (id: string) => ({ path: { booking_id: id } });

  function take(booking: Booking): Booking {
    const before = store.getState().byId[booking.id];
    if (before && before.version > booking.version) return before;
    store.setState(({ byId }) => ({ byId: { ...byId, [booking.id]: booking } }));
    return booking;
  }

  async function get(id: string): Promise<Booking> {
    return take((await rest.send("get", "/api/bookings/{booking_id}", one(id))).data.booking);
  }

  const missed = () => store.setState(({ changes }) => ({ changes: changes + 1 }));

  /** An event has neither contact data nor notes: those of the store stay. */
  function changed({ booking }: Events["booking-status-update"]) {
    const before = store.getState().byId[booking.id];
    if (before && before.version >= booking.version) return;
    if (before) take({ ...before, ...booking });
    if (LISTED_BY.some((field) => before?.[field] !== booking[field])) missed();
  }

  async function act(id: string, action: string, given: object): Promise<Booking> {
    const version = store.getState().byId[id]?.version;
    const body = { ...(version !== undefined && { expectedVersion: version }), ...given };
    try {
      return take((await rest.send("patch", `/api/bookings/{booking_id}/${action}`, { ...one(id), body, key: randomId(platformRandom) })).data.booking);
    } catch (error) {
      const { status, details } = asError(error);
      if (details["booking"]) take(details["booking"] as Booking);
      else if (status === 409) await get(id).catch(() => undefined);
      throw error;
    }
  }

  on("booking-status-update", changed);
  connection.store.subscribe(({ state }, before) => {
    if (state === "live" && before.state === "refetching") missed();
  });
  let owner = auth.user?.id;
  auth.onChange((user) => {
    if (owner && user?.id !== owner) store.setState({ byId: {} });
    owner = user?.id;
  });

  return {
    ...createWaiting(rest),
    store,
    take: (booking) => void take(booking),
    async services(filter = {}) {
      const { data, meta } = await rest.send("get", "/api/services", { query: { ...filter }, auth: !!auth.user });
      return { services: data.services, nextCursor: meta.nextCursor ?? null };
    },
    calendars: async () => (await rest.send("get", "/api/calendars")).data.calendars,
    async slots(query, etag, signal) {
      const headers: Record<string, string> = etag ? { "If-None-Match": etag } : {};
      const answer = await rest.send("get", "/api/bookings/slots", { query: { ...query }, headers, signal, auth: !!(auth.user || query.bookingId) });
      return answer.status === 304 ? null : { slots: answer.data, etag: answer.etag };
    },
    async book(booking, key = randomId(platformRandom)) {
      const { data, meta } = await rest.send("post", "/api/bookings", { body: booking, key });
      return { booking: take(data.booking), warnings: meta?.warnings ?? [] };
    },
    get,
    async list(filter = {}, signal) {
      const { data, meta } = await rest.send("get", "/api/bookings", { query: { ...filter }, signal });
      return { bookings: (data.bookings as Booking[]).map(take), nextCursor: meta.nextCursor ?? null };
    },
    async timeline(id) {
      const { data } = await rest.send("get", "/api/bookings/{booking_id}/timeline", one(id));
      take(data.booking);
      return data.timeline;
    },
    cancellation: async (id) => (await rest.send("get", "/api/bookings/{booking_id}/cancellation", { ...one(id), tries: TRIES })).data.cancellation,
    act: (id, action, body = {}) => act(id, action, body),
    watch(ids) {
      const wanted = [ids].flat();
      const leaves = wanted.map((id) => rooms.join("booking", id));
      for (const id of wanted) if (!store.getState().byId[id]) get(id).catch(() => undefined);
      return () => leaves.forEach((leave) => leave());
    },
    watchSlots(partnerId, handler, joined) {
      const ends = [
        rooms.onJoined((kind, id) => kind === "slots" && id === partnerId && joined?.()),
        on("booking-slots-changed", (event) => void (event.partnerId === partnerId && handler(event))),
        rooms.join("slots", partnerId),
      ];
      return () => ends.forEach((end) => end());
    },
  };
}
