// Hooks for bookings and free times.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { asError, type MetaiaError } from "../errors.js";
import { sleep } from "../http.js";
import { useMetaia } from "../react/context.js";
import { useStore } from "../react/hooks.js";
import { bookingsOf, type Booking, type BookingFigures, type BookingFilter, type Bookings, type FiguresQuery, type Service, type SlotQuery, type Slots, type Wait } from "./index.js";

const SOON = 300; // ms: one change of a calendar is often several events
const LEAST = 15_000; // ms between two looks at free times that nothing has changed
const AGAIN = 5_000; // ms after a failure

/** The bookings of the provider's client. */
export const useBookingsClient = (): Bookings => bookingsOf(useMetaia());

/** One booking, live: its room is joined while mounted. Undefined until it is known, and for users without access. */
export function useBooking(id: string | null | undefined): Booking | undefined {
  const bookings = useBookingsClient();
  const changes = useStore(bookings.store, (state) => state.changes);
  useEffect(() => (id ? bookings.watch(id) : undefined), [bookings, id]);
  useEffect(() => {
    if (id && changes) bookings.get(id).catch(() => undefined);
  }, [bookings, id, changes]);
  return useStore(bookings.store, ({ byId }) => (id ? byId[id] : undefined));
}

export interface BookingsHook {
  /** Undefined until the first answer. */
  bookings: Booking[] | undefined;
  hasMore: boolean;
  busy: boolean;
  error: MetaiaError | null;
  more(): void;
  reload(): void;
}

/**
 * The bookings that match `filter`, in its order; each is shown as the store has it, and new ones are fetched. With
 * `all`, page after page is loaded until all are there or one fails: for a filter that few bookings match.
 */
export function useBookings(filter: Omit<BookingFilter, "cursor"> = {}, all = false): BookingsHook {
  const client = useBookingsClient();
  const { byId, changes } = useStore(client.store);
  const [found, setFound] = useState<{ ids?: string[]; next: string | null; busy: boolean; error: MetaiaError | null }>({ next: null, busy: true, error: null });
  const stop = useRef<AbortController | null>(null);
  const wanted = JSON.stringify(filter);
  const load = useCallback(
    (cursor?: string) => {
      stop.current?.abort();
      const { signal } = (stop.current = new AbortController());
      setFound((before) => ({ ...before, busy: true }));
      client.list({ ...JSON.parse(wanted), ...(cursor && { cursor }) }, signal).then(
        ({ bookings, nextCursor }) => {
          const ids = bookings.map(({ id }) => id);
          if (signal.aborted) return;
          setFound((before) => ({ ids: cursor ? [...new Set([...(before.ids ?? []), ...ids])] : ids, next: nextCursor, busy: false, error: null }));
          if (all && nextCursor) load(nextCursor);
        },
        (error: unknown) => signal.aborted || setFound((before) => ({ ...before, busy: false, error: asError(error) })),
      );
    },
    [client, wanted, all],
  );
  useEffect(() => {
    load();
    return () => stop.current?.abort();
  }, [load, changes]);
  const { ids, next, busy, error } = found;
  const bookings = useMemo(() => ids?.flatMap((id) => byId[id] ?? []), [ids, byId]);
  return { bookings, hasMore: next !== null, busy, error, more: () => load(next ?? undefined), reload: () => load() };
}

/** The active services of a partner, or those that match; undefined until they are known. */
export function useServices(partnerId: string | null | undefined, q?: string): Service[] | undefined {
  const client = useBookingsClient();
  const [found, setFound] = useState<Service[]>();
  useEffect(() => {
    if (!partnerId) return;
    let current = true;
    client.services({ partnerId, limit: 100, ...(q && { q }) }).then(({ services }) => current && setFound(services), () => undefined);
    return () => void (current = false);
  }, [client, partnerId, q]);
  return found;
}

/** What was fetched last; undefined until the first answer. */
export interface FoundHook<T> {
  data: T | undefined;
  error: MetaiaError | null;
  reload(): void;
}

/** The own entries of the waiting list; fetched again after changes of bookings, such as an offer. */
export function useWaits(): FoundHook<Wait[]> {
  const client = useBookingsClient();
  const changes = useStore(client.store, (state) => state.changes);
  return useFound(useCallback((signal: AbortSignal) => client.waits(signal), [client]), changes);
}

/** Figures of the bookings of a time. */
export function useBookingFigures(query: FiguresQuery): FoundHook<BookingFigures> {
  const client = useBookingsClient();
  const wanted = JSON.stringify(query);
  return useFound(useCallback((signal: AbortSignal) => client.figures(JSON.parse(wanted), signal), [client, wanted]));
}

function useFound<T>(fetch: (signal: AbortSignal) => Promise<T>, changes = 0): FoundHook<T> {
  const [found, setFound] = useState<{ data: T | undefined; error: MetaiaError | null }>({ data: undefined, error: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    fetch(signal).then(
      (data) => signal.aborted || setFound({ data, error: null }),
      (error: unknown) => signal.aborted || setFound((before) => ({ ...before, error: asError(error) })),
    );
    return () => stop.abort();
  }, [fetch, changes, asked]);
  return useMemo(() => ({ ...found, reload: () => setAsked((before) => before + 1) }), [found]);
}

export interface SlotsHook {
  /** Undefined until the first answer. */
  slots: Slots | undefined;
  error: MetaiaError | null;
  reload(): void;
}

/** The free times that match `query`, live: a time that another user takes disappears. Null asks for nothing. */
export function useSlots(query: SlotQuery | null): SlotsHook {
  const client = useBookingsClient();
  const [found, setFound] = useState<Omit<SlotsHook, "reload">>({ slots: undefined, error: null });
  const [asked, setAsked] = useState(0);
  const wanted = query && JSON.stringify(query);
  const partnerId = query?.partnerId;
  useEffect(() => {
    if (!wanted) return;
    setFound({ slots: undefined, error: null });
    const stop = new AbortController();
    let wake = () => {};
    const changed = () => wake();
    const leave = partnerId ? client.watchSlots(partnerId, changed, changed) : undefined;
    void follow(client, JSON.parse(wanted), stop.signal, (change) => setFound((before) => ({ ...before, ...change })), (next) => (wake = next));
    return () => (stop.abort(), leave?.());
  }, [client, wanted, partnerId, asked]);
  return useMemo(() => ({ ...found, reload: () => setAsked((before) => before + 1) }), [found]);
}

/** Ask for free times, again when they have changed and when they are not valid any more. */
async function follow(client: Bookings, query: SlotQuery, signal: AbortSignal, show: (change: Partial<SlotsHook>) => void, onWake: (wake: () => void) => void) {
  let etag: string | undefined;
  let valid = LEAST;
  while (!signal.aborted) {
    let failed = false;
    const woken = new Promise<void>((wake) => onWake(wake)); // also while the answer is on its way
    try {
      const answer = await client.slots(query, etag, signal);
      if (signal.aborted) return;
      if (answer) {
        etag = answer.etag;
        valid = Math.max(LEAST, (answer.slots.validFor ?? 0) * 1000);
        show({ slots: answer.slots, error: null });
      } else show({ error: null });
    } catch (error) {
      if (signal.aborted) return;
      failed = true;
      show({ error: asError(error) });
    }
    const pause = new AbortController();
    const quiet = sleep(failed ? AGAIN : valid, pause.signal).catch(() => undefined);
    const end = () => pause.abort();
    signal.addEventListener("abort", end);
    await Promise.race([quiet, woken.then(() => sleep(SOON, signal).catch(() => undefined))]);
    signal.removeEventListener("abort", end);
    pause.abort();
  }
}
