// Orders: what the server has, under what the user has just done and the server has not answered yet.
import { createStore, type StoreApi } from "zustand/vanilla";
import { asError, isConflict, type Order } from "./errors.js";
import type { Schemas } from "./generated/events.js";
import type { Rest } from "./http.js";
import { randomId, type Random } from "./random.js";
import type { Toast } from "./toasts.js";

export type OrderAction = "accept" | "reject" | "prepare" | "ready" | "assign" | "dispatch" | "deliver" | "complete" | "cancel";
export type OrderStatus = Order["status"];
export type NewOrder = Schemas["Create"];

export interface OrdersState {
  /** Newest first, as the user sees them: with changes that are not answered yet. */
  orders: Order[];
  byId: Record<string, Order>;
  /** Ids of orders with changes that are not answered yet. */
  pending: ReadonlySet<string>;
  loaded: boolean;
}

export interface Orders {
  store: StoreApi<OrdersState>;
  /** Fetch all orders again. */
  load(): Promise<void>;
  get(id: string): Order | undefined;
  /** Perform an action: shown at once, taken back if the server refuses it. One order's actions go one after the other. */
  act<A extends OrderAction>(id: string, action: A, body?: Bodies[A]): Promise<Order>;
  create(order: NewOrder): Promise<Order>;
  /** Take an order from the server, unless a newer version is known. */
  take(order: Order): void;
  /** Change fields of an order in this store only. */
  update(id: string, updates: Partial<Order>): void;
  remove(id: string): void;
  clear(): void;
}

export interface Bodies {
  accept: Schemas["Accept"];
  reject: Schemas["Reject"];
  prepare: Schemas["Change"];
  ready: Schemas["Ready"];
  assign: Schemas["Assign"];
  dispatch: Schemas["Change"];
  deliver: Schemas["Change"];
  complete: Schemas["Change"];
  cancel: Schemas["Cancel"];
}

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
const empty = (): OrdersState => ({ orders: [], byId: {}, pending: new Set(), loaded: false });

export interface OrdersOptions {
  rest: Rest;
  random: Random;
  /** How many of the newest orders are kept. */
  limit: number;
  toast(toast: Toast): void;
}

/** Return the orders of one client. */
export function createOrders({ rest, random, limit, toast }: OrdersOptions): Orders {
  const store = createStore<OrdersState>(empty);
  const base = new Map<string, Order>();
  const overlays = new Map<string, Partial<Order>[]>();
  const queues = new Map<string, Promise<unknown>>();
  let touched = new Set<string>(); // since the last load began
  let generation = 0; // of the user

  const shown = (order: Order): Order => Object.assign({}, order, ...(overlays.get(order.id) ?? []));

  /** Put what is known of an order into the store. */
  function show(id: string) {
    const { orders, byId, pending } = store.getState();
    const order = base.get(id);
    const waits = overlays.has(id);
    const flags = pending.has(id) === waits ? pending : new Set([...overlays.keys()]);
    if (!order) {
      const { [id]: _, ...others } = byId;
      return store.setState({ orders: orders.filter((one) => one.id !== id), byId: others, pending: flags });
    }
    const visible = shown(order);
    const next = id in byId ? orders.map((one) => (one.id === id ? visible : one)) : sorted([...orders, visible]);
    store.setState({ orders: next, byId: { ...byId, [id]: visible }, pending: flags });
  }

  function take(order: Order) {
    touched.add(order.id);
    if ((base.get(order.id)?.version ?? 0) >= order.version) return;
    base.set(order.id, order);
    show(order.id);
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
    for (let cursor: string | undefined; found.size < limit; ) {
      const query = { limit: Math.min(100, limit), ...(cursor ? { cursor } : {}) };
      const { data, meta } = await rest.GET("/api/orders", { query });
      if (own !== generation) return;
      for (const order of data.orders) found.set(order.id, order);
      cursor = (meta as { nextCursor?: string }).nextCursor ?? undefined;
      if (!cursor) break;
    }
    for (const [id, order] of base) {
      const fetched = found.get(id);
      if (fetched ? fetched.version < order.version : touched.has(id)) found.set(id, order);
    }
    base.clear();
    for (const [id, order] of found) base.set(id, order);
    const orders = sorted([...base.values()].map(shown));
    store.setState({ orders, byId: Object.fromEntries(orders.map((one) => [one.id, one])), loaded: true });
  }

  return {
    store,
    load,
    take,
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
    clear() {
      generation++;
      for (const one of [base, overlays, queues]) one.clear();
      store.setState(empty(), true);
    },
  };
}

function sorted(orders: Order[]): Order[] {
  return orders.sort((a, b) => (a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id) ? 1 : -1));
}
