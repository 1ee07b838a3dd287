// Orders: what the server has, under what the user has just done and the server has not answered yet.
import { createStore } from "zustand/vanilla";
import { asError, isConflict, type Order } from "./errors.js";
import { OPEN, sorted, surplus } from "./orders-kept.js";
import type { OrderAction, Orders, OrdersOptions, OrdersState, OrderStatus } from "./orders-types.js";
import { randomId } from "./random.js";

export type { Bodies, NewOrder, OrderAction, Orders, OrdersOptions, OrdersState, OrderStatus } from "./orders-types.js";

const LEADS_TO: Partial<Record<OrderAction, OrderStatus>> = {
  accept: "accepted",
  reject: "rejected",
  prepare: "preparing",
  ready: "ready",
  dispatch: "out_for_delivery",
  deliver: "delivered",
  complete: "completed",
  cancel: "cancelled",
};
const SHOWN = ["estimatedTime", "estimatedPickupTime", "message", "deliveryPartnerId"] as const;
const empty = (): OrdersState => ({ orders: [], byId: {}, pending: new Set(), loaded: false, more: false });

/** Return the orders of one client. */
export function createOrders({ rest, random, limit, toast }: OrdersOptions): Orders {
  const store = createStore<OrdersState>(empty);
  const base = new Map<string, Order>();
  const overlays = new Map<string, Partial<Order>[]>();
  const queues = new Map<string, Promise<unknown>>();
  const holders = new Set<{ id: string }>();
  let touched: Set<string> | undefined; // since a load began that has not ended
  let generation = 0; // of the user

  const needed = (id: string) => overlays.has(id) || [...holders].some((one) => one.id === id);
  const shown = (order: Order): Order => Object.assign({}, order, ...(overlays.get(order.id) ?? []));

  /** Put what is known of an order into the store. */
  function show(id: string) {
    const { orders, pending } = store.getState();
    const order = base.get(id);
    const others = orders.filter((one) => one.id !== id);
    const flags = pending.has(id) === overlays.has(id) ? pending : new Set(overlays.keys());
    put(order ? [...others, shown(order)] : others, { pending: flags }, id);
  }

  /** Put orders into the store: the newest first, and no more than may be kept. `last` stays. */
  function put(all: Order[], changes: Partial<OrdersState>, last?: string) {
    const dropped = surplus(sorted(all), limit, (id) => id === last || needed(id));
    for (const id of dropped) base.delete(id);
    const orders = all.filter(({ id }) => !dropped.has(id));
    const more = dropped.size > 0 ? { more: true } : {};
    store.setState({ orders, byId: Object.fromEntries(orders.map((one) => [one.id, one])), ...changes, ...more });
  }

  function take(order: Order) {
    touched?.add(order.id);
    if ((base.get(order.id)?.version ?? 0) >= order.version) return;
    base.set(order.id, order);
    show(order.id);
  }

  /** Take the order of an event; not one that the limit would drop at once. A load compares with all events since it began. */
  function follow(order: Order) {
    const { orders, more } = store.getState();
    if (touched || base.has(order.id) || !surplus(sorted([...orders, order]), limit, needed).has(order.id)) take(order);
    else if (!more) store.setState({ more: true });
  }

  function overlay(action: OrderAction, body: object): Partial<Order> {
    const given = Object.entries(body).filter(([name, value]) => SHOWN.includes(name as never) && value != null);
    const status = LEADS_TO[action];
    return { ...Object.fromEntries(given), ...(status && { status }), allowedActions: [] };
  }

  function lift(id: string, patch: Partial<Order>) {
    const left = (overlays.get(id) ?? []).filter((one) => one !== patch);
    if (left.length) overlays.set(id, left);
    else overlays.delete(id);
  }

  async function send(id: string, action: OrderAction, body: object, patch: Partial<Order>): Promise<Order> {
    const own = generation;
    const key = randomId(random);
    try {
      const { data } = await rest.send("patch", `/api/orders/{order_id}/${action}`, { path: { order_id: id }, body, key });
      lift(id, patch);
      if (own === generation) take(data.order);
      return data.order;
    } catch (error) {
      lift(id, patch);
      if (own === generation) {
        if (isConflict(error)) take(error.details.order);
        const { code, message } = asError(error);
        toast({ kind: "error", code, message, orderId: id });
      }
      throw error;
    } finally {
      if (own === generation) show(id);
    }
  }

  async function load() {
    const own = generation;
    touched = new Set();
    const found = new Map<string, Order>();
    let more = false;
    for (const status of [undefined, OPEN.join()]) { // the open ones are asked for only if the newest are not all
      let cursor: string | null | undefined;
      let left = limit;
      do {
        const { data, meta } = await rest.send("get", "/api/orders", { query: { limit: Math.min(100, limit), status, cursor } });
        if (own !== generation) return;
        for (const order of data.orders) found.set(order.id, order);
        left -= data.orders.length;
        cursor = meta.nextCursor;
      } while (cursor && left > 0);
      more ||= !!cursor;
      if (!more) break;
    }
    for (const [id, order] of base) {
      const now = found.get(id);
      if (now ? now.version < order.version : touched?.has(id) || needed(id)) found.set(id, order);
    }
    touched = undefined;
    base.clear();
    for (const [id, order] of found) base.set(id, order);
    put([...base.values()].map(shown), { loaded: true, more });
  }

  return {
    store,
    load,
    take,
    follow,
    get: (id) => store.getState().byId[id],
    act(id, action, body) {
      const patch = overlay(action, body ?? {});
      overlays.set(id, [...(overlays.get(id) ?? []), patch]);
      show(id);
      const earlier = queues.get(id) ?? Promise.resolve();
      const mine = earlier.catch(() => undefined).then(() => send(id, action, body ?? {}, patch));
      queues.set(id, mine);
      mine.catch(() => undefined).finally(() => queues.get(id) === mine && queues.delete(id));
      return mine;
    },
    async create(order) {
      const { data } = await rest.POST("/api/orders", { body: order, key: randomId(random) });
      take(data.order);
      return data.order;
    },
    update(id, updates) {
      const order = base.get(id);
      if (!order || (updates.version ?? order.version) < order.version) return;
      base.set(id, { ...order, ...updates });
      show(id);
    },
    remove(id) {
      base.delete(id);
      show(id);
    },
    hold(id) {
      const holder = { id };
      holders.add(holder);
      return () => void holders.delete(holder);
    },
    clear() {
      generation++;
      for (const one of [base, overlays, queues]) one.clear();
      store.setState(empty(), true);
    },
  };
}
