// Orders: what the server has, under what the user has just done and the server has not answered yet.
import { createStore } from "zustand/vanilla";
import { asError, isConflict, type Order } from "./errors.js";
import { fetchKept, inserted, isSurplus, sorted, surplus } from "./orders-kept.js";
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
  const holders = new Map<string, number>();
  let touched = new Set<string>(); // since the last load began
  let loads = 0; // that are running
  let generation = 0; // of the user

  const needed = (id: string) => holders.has(id) || overlays.has(id);
  const shown = (order: Order): Order => Object.assign({}, order, ...(overlays.get(order.id) ?? []));

  /** Put what is known of an order into the store. */
  function show(id: string) {
    const { orders, byId, pending } = store.getState();
    const order = base.get(id);
    const waits = overlays.has(id);
    const flags = pending.has(id) === waits ? pending : new Set([...overlays.keys()]);
    if (!order) {
      const others = { ...byId };
      delete others[id];
      return store.setState({ orders: orders.filter((one) => one.id !== id), byId: others, pending: flags });
    }
    const visible = shown(order);
    if (id in byId) {
      const next = orders.map((one) => (one.id === id ? visible : one));
      return store.setState({ orders: next, byId: { ...byId, [id]: visible }, pending: flags });
    }
    const all = inserted(orders, visible);
    const dropped = drop(all, id);
    const next = dropped.size ? all.filter((one) => !dropped.has(one.id)) : all;
    const known = { ...byId, [id]: visible };
    for (const one of dropped) delete known[one];
    store.setState({ orders: next, byId: known, pending: flags, ...(dropped.size > 0 && { more: true }) });
  }

  /** Forget the orders of `all` that are too many, except `last`; return their ids. */
  function drop(all: readonly Order[], last?: string): Set<string> {
    const dropped = surplus(all, limit, (id) => id === last || needed(id));
    for (const id of dropped) base.delete(id);
    return dropped;
  }

  function take(order: Order) {
    touched.add(order.id);
    if ((base.get(order.id)?.version ?? 0) >= order.version) return;
    base.set(order.id, order);
    show(order.id);
  }

  /** Take the order of an event; not one that the limit would drop at once. A load compares with all events since it began. */
  function follow(order: Order) {
    const { orders, more } = store.getState();
    const known = loads > 0 || base.has(order.id) || needed(order.id);
    if (known || orders.length < limit || !isSurplus(order, orders, needed)) take(order);
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
    loads++;
    const fetched = await fetchKept(rest, limit, () => own === generation).finally(() => loads--);
    if (!fetched) return;
    const { found } = fetched;
    for (const [id, order] of base) {
      const now = found.get(id);
      if (now ? now.version < order.version : touched.has(id) || holders.has(id)) found.set(id, order);
    }
    base.clear();
    for (const [id, order] of found) base.set(id, order);
    const all = sorted([...base.values()].map(shown));
    const dropped = drop(all);
    const orders = all.filter(({ id }) => !dropped.has(id));
    store.setState({ orders, byId: indexed(orders), loaded: true, more: fetched.more || dropped.size > 0 });
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
      holders.set(id, (holders.get(id) ?? 0) + 1);
      return () => {
        const left = (holders.get(id) ?? 1) - 1;
        if (left) holders.set(id, left);
        else holders.delete(id);
      };
    },
    clear() {
      generation++;
      for (const one of [base, overlays, queues]) one.clear();
      store.setState(empty(), true);
    },
  };
}

const indexed = (orders: readonly Order[]): Record<string, Order> => Object.fromEntries(orders.map((one) => [one.id, one]));
