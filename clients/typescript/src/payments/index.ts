// Payments and refunds: opened, read, and kept up to date by events.
import { createStore, type StoreApi } from "zustand/vanilla";
import { asError } from "../errors.js";
import type { Events } from "../generated/events.js";
import { sleep } from "../http.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";
import { createRefunds, type Refunds } from "./refunds.js";
import type { Checkout, Payment, PaymentFilter, PaymentMethod, PayOptions, Refund, Timeline, ToPay } from "./types.js";

export type * from "./types.js";

const AGAIN = 3_000; // ms between two looks at a payment that is not settled
const TRIES = 5;
const OPEN = ["created", "pending"];

export interface PaymentsState {
  byId: Record<string, Payment>;
  refunds: Record<string, Refund>;
}

export interface Payments extends Refunds {
  /** The payments and refunds that were loaded; `payment_update` and `refund_update` keep them up to date. */
  store: StoreApi<PaymentsState>;
  /** Open a payment of an order or a booking, or get the open one again, with what is needed to pay. Safe to repeat. */
  open(of: string | { bookingId: string }, options?: PayOptions): Promise<{ payment: Payment; toPay: ToPay }>;
  /** How an order can be paid now, and why not. */
  methods(orderId: string): Promise<PaymentMethod[]>;
  get(id: string): Promise<Payment>;
  list(filter?: PaymentFilter): Promise<{ payments: Payment[]; nextCursor: string | null }>;
  /** What was stated about a payment; with `asOf` (RFC 3339), up to then. */
  timeline(id: string, asOf?: string): Promise<Timeline>;
  /** Have a payment checked at its provider after the checkout; it may still be pending. Safe to repeat. */
  verify(checkout: Checkout): Promise<Payment>;
  /** Resolve when a payment is neither `created` nor `pending` any more. A failure is not final: it may be paid later. */
  settled(id: string, signal?: AbortSignal): Promise<Payment>;
  cancel(id: string): Promise<Payment>;
  /** Of admins: capture what is authorized, or a part of it. */
  capture(id: string, amount?: number): Promise<Payment>;
  /** Of admins: ask the provider now. */
  ask(id: string): Promise<Payment>;
  /** Load the payments and refunds of an order, and those that come, until the returned function is called. */
  watch(orderId: string): () => void;
  /** Put what another answer contained into the store, unless a newer version is there. */
  take(payment: Payment): void;
}

const made = new WeakMap<Metaia, Payments>();

/** Return the payments of a client: the same object each time. */
export function paymentsOf(metaia: Metaia): Payments {
  const known = made.get(metaia) ?? createPayments(metaia);
  made.set(metaia, known);
  return known;
}

function createPayments({ rest, connection, on, auth }: Metaia): Payments {
  const store = createStore<PaymentsState>(() => ({ byId: {}, refunds: {} }));
  const watched = new Map<string, number>(); // order → how many watch it
  const refunds = createRefunds(rest, store, (id) => get(id));
  const one = (id: string) => ({ path: { payment_id: id } });

  function take(payment: Payment): Payment {
    const before = store.getState().byId[payment.id];
    if (before && before.version > payment.version) return before;
    store.setState(({ byId }) => ({ byId: { ...byId, [payment.id]: payment } }));
    return payment;
  }

  async function get(id: string, signal?: AbortSignal): Promise<Payment> {
    return take((await rest.send("get", "/api/payments/{payment_id}", { ...one(id), signal })).data.payment);
  }

  /** Change a payment that is as the store has it; after a 409 the store has its new state. */
  async function change(path: string, id: string, body?: object): Promise<Payment> {
    const version = store.getState().byId[id]?.version;
    const given = body && { ...body, ...(version !== undefined && { expectedVersion: version }) };
    try {
      return take((await rest.send("post", path, { ...one(id), body: given, key: randomId(platformRandom) })).data.payment);
    } catch (error) {
      if (asError(error).status === 409) await get(id).catch(() => undefined);
      throw error;
    }
  }

  /** An event names neither the actions nor why a payment failed: what is shown is fetched. */
  function changed(event: Events["payment_update"]) {
    const before = store.getState().byId[event.paymentId];
    if (before && before.version >= event.version) return;
    if (before) {
      const { status, amount, captured, refunded, refunding, disputed, version, updatedAt } = event;
      take({ ...before, status, amount, captured, refunded, refunding, disputed, version, updatedAt, allowedActions: [] });
    }
    if (before || watched.has(event.orderId ?? "")) get(event.paymentId).catch(() => undefined);
  }

  function load(orderId: string) {
    const filter = { orderId, limit: 100 };
    list(filter).catch(() => undefined); // no payments are shown
    refunds.refunds(filter).catch(() => undefined);
  }

  async function list(filter: PaymentFilter = {}) {
    const { data, meta } = await rest.send("get", "/api/payments", { query: { ...filter } });
    return { payments: (data.payments as Payment[]).map(take), nextCursor: meta.nextCursor ?? null };
  }

  on("payment_update", changed);
  on("refund_update", (event) => refunds.changed(event, watched.has(event.orderId ?? "")));
  connection.store.subscribe(({ state }, before) => {
    if (state === "live" && before.state === "refetching") for (const id of watched.keys()) load(id);
  });
  let owner = auth.user?.id;
  auth.onChange((user) => {
    if (owner && user?.id !== owner) store.setState({ byId: {}, refunds: {} }, true);
    owner = user?.id;
  });

  return {
    ...refunds,
    store,
    take: (payment) => void take(payment),
    async open(of, { provider, returnUrl } = {}) {
      const body = { ...(typeof of === "string" ? { orderId: of } : of), ...(provider && { provider }), ...(returnUrl && { returnUrl }) };
      const { data } = await rest.send("post", "/api/payments", { body, tries: TRIES }); // a repetition gets the open one
      return { payment: take(data.payment), toPay: data.toPay };
    },
    methods: async (orderId) => (await rest.send("get", "/api/payments/methods", { query: { orderId } })).data.methods,
    get: (id) => get(id),
    list,
    async timeline(id, asOf) {
      const { data } = await rest.send("get", "/api/payments/{payment_id}/timeline", { ...one(id), query: { asOf } });
      if (!asOf) take(data.payment);
      return data as Timeline;
    },
    async verify(checkout) {
      return take((await rest.send("post", "/api/payments/verify", { body: checkout, tries: TRIES })).data.payment);
    },
    async settled(id, signal) {
      for (;;) {
        const payment = store.getState().byId[id] ?? (await get(id, signal));
        if (!OPEN.includes(payment.status)) return payment;
        await moved(store, payment, signal);
        if (store.getState().byId[id] === payment && !connection.isConnected) await get(id, signal);
      }
    },
    cancel: (id) => change("/api/payments/{payment_id}/cancel", id, {}),
    capture: (id, amount) => change("/api/payments/{payment_id}/capture", id, amount === undefined ? {} : { amount }),
    ask: (id) => change("/api/admin/payments/{payment_id}/ask", id),
    watch(orderId) {
      if (!watched.has(orderId)) load(orderId);
      watched.set(orderId, (watched.get(orderId) ?? 0) + 1);
      return () => {
        const left = watched.get(orderId)! - 1;
        if (left) watched.set(orderId, left);
        else watched.delete(orderId);
      };
    },
  };
}

/** Resolve when the store has another state of a payment, or after a pause. Rejects when `signal` aborts. */
async function moved({ getState, subscribe }: StoreApi<PaymentsState>, payment: Payment, signal?: AbortSignal): Promise<void> {
  let stop = () => {};
  const event = new Promise<void>((resolve) => (stop = subscribe(() => getState().byId[payment.id] !== payment && resolve())));
  await Promise.race([event, sleep(AGAIN, signal)]).finally(stop);
}
