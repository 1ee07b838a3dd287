import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { ConnectionState } from "../connection-types.js";
import type { MetaiaError, Order } from "../errors.js";
import type { Schemas } from "../generated/events.js";
import type { User } from "../tokens.js";
import type { NotificationsState, Notifications } from "../notifications.js";
import type { Orders, OrdersState, OrderStatus } from "../orders.js";
import { useMetaia } from "./context.js";

interface Store<T> {
  getState(): T;
  subscribe(changed: () => void): () => void;
}

/** The state of a store, or what `select` makes of it; `select` must return the same object for the same state. */
export function useStore<T, R = T>(store: Store<T>, select: (state: T) => R = (state) => state as unknown as R): R {
  const read = () => select(store.getState());
  return useSyncExternalStore(store.subscribe, read, read);
}

/** The connection's state; its first value is right also when mounted late. */
export function useConnection(): ConnectionState & { retryNow(): void } {
  const { connection } = useMetaia();
  const state = useStore(connection.store);
  return useMemo(() => ({ ...state, retryNow: connection.retryNow }), [state, connection]);
}

/** The user who is logged in, or null. */
export function useUser(): User | null {
  const { auth } = useMetaia();
  return useSyncExternalStore(auth.onChange, () => auth.user, () => auth.user);
}

export interface OrderFilter {
  status?: OrderStatus | readonly OrderStatus[];
  /** Part of the order number, or of the customer's name. */
  q?: string;
}

/** The orders that match `filter`, newest first, and the functions that change them. */
export function useOrders(filter: OrderFilter = {}): OrdersState & Pick<Orders, "act" | "create"> {
  const { orders } = useMetaia();
  const state = useStore(orders.store);
  const { status, q } = filter;
  const statuses = status === undefined ? "" : [status].flat().join();
  return useMemo(() => {
    const wanted = q?.toLowerCase();
    const matches = (one: Order) =>
      (!statuses || statuses.split(",").includes(one.status)) &&
      (!wanted || `${one.orderNumber} ${one.customerInfo?.name}`.toLowerCase().includes(wanted));
    return { ...state, orders: state.orders.filter(matches), act: orders.act, create: orders.create };
  }, [state, statuses, q, orders]);
}

/** One order, live: its room is joined while mounted. Undefined until it is known. */
export function useOrder(id: string | undefined): Order | undefined {
  const { orders, rooms, rest } = useMetaia();
  const order = useStore(orders.store, (state) => (id ? state.byId[id] : undefined));
  useEffect(() => (id ? rooms.join("order", id) : undefined), [rooms, id]);
  useEffect(() => (id ? orders.hold(id) : undefined), [orders, id]);
  const missing = !order;
  useEffect(() => {
    if (!id || !missing) return;
    const stop = new AbortController();
    rest
      .GET("/api/orders/{order_id}", { path: { order_id: id }, signal: stop.signal })
      .then(({ data }) => orders.take(data.order))
      .catch(() => undefined); // no such order, or not the user's
    return () => stop.abort();
  }, [rest, orders, id, missing]);
  return order;
}

export interface Tracking {
  order: Schemas["TimingOrder"] | null;
  loading: boolean;
  error: MetaiaError | null;
}

/** The public tracking of an order, without login: live where the server can wait, else every 30 seconds. */
export function useOrderTracking(id: string | undefined): Tracking {
  const { rest } = useMetaia();
  const [found, setFound] = useState<Tracking>({ order: null, loading: true, error: null });
  useEffect(() => {
    if (!id) return;
    const stop = new AbortController();
    setFound({ order: null, loading: true, error: null });
    void track(rest, id, stop.signal, (change) => setFound((before) => ({ ...before, loading: false, ...change })));
    return () => stop.abort();
  }, [rest, id]);
  return found;
}

async function track(rest: ReturnType<typeof useMetaia>["rest"], id: string, signal: AbortSignal, changed: (to: Partial<Tracking>) => void) {
  let etag: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    const began = Date.now();
    try {
      const query = etag ? { wait: 25 } : {};
      const headers: Record<string, string> = etag ? { "If-None-Match": etag } : {};
      const options = { path: { order_id: id }, query, headers, signal, auth: false, timeout: 40_000, tries: 1 };
      const answer = await rest.send("get", "/api/orders/{order_id}/status", options);
      failures = 0;
      changed({ error: null, ...(answer.status !== 304 && { order: answer.data }) });
      etag = answer.etag ?? etag;
    } catch (error) {
      if (signal.aborted) return;
      changed({ error: error as MetaiaError });
      if ((error as MetaiaError).status === 404) return;
      failures++;
      etag = undefined;
    }
    const again = failures ? Math.min(30_000, 500 * 2 ** failures * (1 + Math.random())) : 30_000;
    const quick = Date.now() - began < 1_000; // this server does not wait, or something changes often
    await new Promise((done) => setTimeout(done, etag ? (quick ? 1_500 : 0) : again));
  }
}

/** The user's notifications, and the functions that change them. */
export function useNotifications(): NotificationsState & Pick<Notifications, "markRead" | "markAllRead" | "click" | "remove"> {
  const { notifications } = useMetaia();
  const state = useStore(notifications.store);
  return useMemo(() => ({ ...state, ...notifications }), [state, notifications]);
}

/** How many notifications are unread. */
export function useUnread(): number {
  return useStore(useMetaia().notifications.store, ({ unread }) => unread);
}
