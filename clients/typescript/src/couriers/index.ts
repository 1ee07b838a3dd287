// Couriers: the shift, deliveries that are open, and jobs that were claimed; the store follows events.
import { createStore, type StoreApi } from "zustand/vanilla";
import { isConflict, type Order } from "../errors.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";
import { createOutbox } from "./outbox.js";
import type { Delivery, DeliveryProblem, KeptAction, NearCourier, Position, Proof, Shift, ShiftChange } from "./types.js";

export { fleetsOf, type FleetCourier, type FleetOf, type Fleets } from "./fleet.js";
export type * from "./types.js";

export interface CouriersState {
  shift: Shift | undefined;
  /** Deliveries that are offered to the user. */
  open: readonly Delivery[];
  /** Rises when own jobs may have changed. */
  changes: number;
  /** What was done without a network, the oldest first. */
  kept: readonly KeptAction[];
}

export interface Couriers {
  store: StoreApi<CouriersState>;
  /** The user's shift and open deliveries, as the server has them now. */
  load(signal?: AbortSignal): Promise<void>;
  setShift(change: ShiftChange): Promise<Shift>;
  /** Send positions, the newest last; a live socket is used for a single one. */
  locate(...positions: Position[]): Promise<void>;
  mine(signal?: AbortSignal): Promise<Delivery[]>;
  get(id: string): Promise<Delivery>;
  /** Take a delivery. Rejects with `already_claimed` if another courier was faster; it is not listed any more then. */
  claim(id: string): Promise<{ delivery: Delivery; order: Order }>;
  decline(id: string): Promise<void>;
  release(orderId: string, reason: string): Promise<Order>;
  /** Take the goods along. Null: there is no network, so it is kept in the storage, and sent later with its time. */
  dispatch(orderId: string): Promise<Order | null>;
  /** Hand over. Null as for `dispatch`. Rejects with `wrong_code`, with the tries that are left as `details.triesLeft`. */
  deliver(orderId: string, proof?: Proof): Promise<Order | null>;
  /** Take back an action that waits or was refused. */
  discard(id: string): void;
  report(orderId: string, reason: DeliveryProblem, message?: string): Promise<Order>;
  bringBack(orderId: string): Promise<Order>;
  /** The couriers on shift near an order's shop, for its partner. */
  near(orderId: string): Promise<NearCourier[]>;
}

const LIST = "/api/deliveries";
const SHIFT = "/api/couriers/me/shift";
const LEADS_TO = { dispatch: "out_for_delivery", deliver: "delivered" } as const;
const GONE = ["already_claimed", "not_offered", "not_found"]; // after these an offer is not open for this courier
const made = new WeakMap<Metaia, Couriers>();

/** Return the courier's functions of a client: the same object each time. */
export function couriersOf(metaia: Metaia): Couriers {
  const known = made.get(metaia) ?? createCouriers(metaia);
  made.set(metaia, known);
  return known;
}

function createCouriers({ rest, connection, auth, orders, request, storage, baseUrl, ...metaia }: Metaia): Couriers {
  const on = metaia.on as (name: string, handler: (event: any) => void) => () => void;
  const store = createStore<CouriersState>(() => ({ shift: undefined, open: [], changes: 0, kept: [] }));
  const key = () => randomId(platformRandom);
  const closed = new Set<string>(); // since the last list was asked for, which may still have them

  const remove = (id: string) => store.setState(({ open }) => ({ open: open.filter((one) => one.id !== id) }));
  const changed = () => store.setState(({ changes }) => ({ changes: changes + 1 }));
  const left = ({ expiresAt }: Delivery) => (expiresAt ? Date.parse(expiresAt) - connection.serverTime() : Infinity);
  let expiry: ReturnType<typeof setTimeout> | undefined;
  const put = (offered: readonly Delivery[]) => {
    const open = offered.filter((one) => !closed.has(one.id) && left(one) > 0);
    store.setState({ open });
    clearTimeout(expiry);
    const next = Math.min(...open.map(left));
    if (next < Infinity) expiry = setTimeout(() => put(store.getState().open), next); // another courier is asked then
  };

  on("delivery:offer", (offered: Omit<Delivery, "pickupKm" | "allowedActions">) => {
    const { shift, open } = store.getState();
    if (!shift?.on) return; // the room has all couriers; those off shift are not asked
    closed.delete(offered.id); // offered again
    const before = open.find(({ id }) => id === offered.id);
    const delivery: Delivery = { pickupKm: before?.pickupKm ?? null, allowedActions: ["claim", "decline"], ...offered };
    put([delivery, ...open.filter((one) => one !== before)]);
  });
  on("delivery:closed", ({ id }: { id: string }) => {
    closed.add(id);
    remove(id);
    changed();
  });
  on("courier:shift", ({ courierId, on: begun, since }: Pick<Shift, "courierId" | "on" | "since">) => {
    const { shift } = store.getState();
    if (courierId !== auth.user?.id || !shift || shift.on === begun) return;
    store.setState({ shift: { ...shift, on: begun, state: begun ? "on" : "off", since }, ...(!begun && { open: [] }) });
    if (begun) void load().catch(() => undefined); // on another device
  });
  on("order_update", changed);
  connection.store.subscribe(({ state }, before) => {
    if (state === "live" && before.state === "refetching") void load().catch(() => undefined);
    if (state === "live" && before.state !== "live") outbox.flush();
  });
  let owner = auth.user?.id;
  auth.onChange((user) => {
    if (owner && user?.id !== owner) {
      closed.clear();
      store.setState({ shift: undefined, open: [] });
    }
    const another = user?.id !== owner;
    owner = user?.id;
    if (another) open();
  });

  async function load(signal?: AbortSignal): Promise<void> {
    closed.clear(); // the list has those that are open again
    const { shift, deliveries } = (await rest.send("get", SHIFT, { signal })).data;
    store.setState({ shift });
    put(shift.on ? deliveries : []);
    changed();
  }

  async function act(orderId: string, action: string, given: object = {}): Promise<Order> {
    const version = orders.get(orderId)?.version;
    const body = { ...(version !== undefined && { expectedVersion: version }), ...given };
    const { data } = await rest.send("patch", `/api/orders/{order_id}/${action}`, { path: { order_id: orderId }, body, key: key() });
    orders.take(data.order);
    changed();
    return data.order;
  }

  const outbox = createOutbox({
    storage,
    now: connection.serverTime,
    newId: key,
    show: (kept) => store.setState({ kept }),
    async send({ id, orderId, action, body }, atOnce) {
      const { occurredAt: _, ...proof } = body;
      const version = orders.get(orderId)?.version;
      const given = atOnce ? { body: { ...(version !== undefined && { expectedVersion: version }), ...proof }, key: key() } : { body, key: id };
      let order: Order;
      try {
        order = (await rest.send("patch", `/api/orders/{order_id}/${action}`, { path: { order_id: orderId }, ...given, tries: 1 })).data.order;
      } catch (error) {
        if (!isConflict(error)) throw error;
        order = error.details.order;
        orders.take(order);
        if (order.status !== LEADS_TO[action]) throw error; // else the answer was lost, or somebody else stated it
      }
      orders.take(order);
      changed();
      return order;
    },
  });
  const open = () => void outbox.open(auth.user ? `metaia:${baseUrl}:${auth.user.id}:courier` : null);
  open();

  async function answer(id: string, how: "claim" | "decline"): Promise<any> {
    try {
      const { data } = await rest.send("post", `${LIST}/{delivery_id}/${how}`, { path: { delivery_id: id }, body: {}, key: key() });
      remove(id);
      return data;
    } catch (error) {
      if (GONE.includes((error as { code?: string }).code ?? "")) remove(id);
      throw error;
    }
  }

  return {
    store,
    load,
    async setShift(change) {
      closed.clear();
      const { data } = await rest.send("put", SHIFT, { body: change, key: key() });
      store.setState({ shift: data.shift });
      put(data.shift.on ? data.deliveries : []);
      return data.shift;
    },
    async locate(...positions) {
      const [only, more] = positions;
      if (only && !more && connection.isConnected && connection.store.getState().transport === "socketio") await request("courier:location" as never, only as never);
      else await rest.send("put", "/api/couriers/me/location", { body: { locations: positions } });
    },
    mine: async (signal) => (await rest.send("get", LIST, { query: { state: "mine" }, signal })).data.deliveries,
    get: async (id) => (await rest.send("get", `${LIST}/{delivery_id}`, { path: { delivery_id: id } })).data.delivery,
    async claim(id) {
      const data = await answer(id, "claim");
      orders.take(data.order);
      changed();
      return data;
    },
    decline: async (id) => void (await answer(id, "decline")),
    release: (orderId, reason) => act(orderId, "release", { reason }),
    dispatch: (orderId) => outbox.act(orderId, "dispatch", {}),
    deliver: (orderId, proof = {}) => outbox.act(orderId, "deliver", proof),
    discard: outbox.discard,
    report: (orderId, reason, message) => act(orderId, "report-problem", { reason, ...(message && { message }) }),
    bringBack: (orderId) => act(orderId, "return"),
    near: async (orderId) => (await rest.send("get", "/api/couriers", { query: { orderId } })).data.couriers,
  };
}
