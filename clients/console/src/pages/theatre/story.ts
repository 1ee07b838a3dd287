// The story of one order, step by step, through the public API: each step as its person, with that person's client.
import { asError } from "../../../../typescript/src/errors.js";
import type { Metaia, Order } from "@metaia/client";
import { createStore, type StoreApi } from "zustand/vanilla";
import { chat, payments } from "../../app/parts.js";
import { goods, SHOP } from "./goods.js";
import { drawn } from "./picture.js";

const OFFERED_WITHIN = 20; // half seconds: a job offers what is due every 2 seconds

export const CAST = ["customer", "tailor", "delivery", "admin"] as const;
export type Role = (typeof CAST)[number];
export type Cast = Record<Role, { client: Metaia; userId(): Promise<string> }>;

interface Step {
  name: string;
  role: Role;
  run(cast: Cast, order: Order): Promise<Order>;
}

const act = (role: Role, name: Parameters<Metaia["orders"]["act"]>[1], body: (cast: Cast) => Promise<object> | object = () => ({})): Step => ({
  name,
  role,
  run: async (cast, { id, version }) =>
    cast[role].client.orders.act(id, name, { ...(await body(cast)), expectedVersion: version } as never),
});

const create = (paymentMethod: "none" | "online"): Step => ({
  name: "create",
  role: "customer",
  async run(cast) {
    const { client } = cast.customer;
    const partnerId = await cast.tailor.userId();
    const { items: [first, ...others], ...more } = await goods(client, partnerId);
    const items = [{ ...first, ...(await drawn(client)) }, ...others];
    return client.orders.create({ ...more, items, partnerId, notes: "By Friday, please.", paymentMethod } as never);
  },
});

/** The customer pays at the demo provider: the step presses the button of its page. Other providers need their own page. */
const pay: Step = {
  name: "pay",
  role: "customer",
  async run(cast, order) {
    const { client } = cast.customer;
    const { open, verify } = (await payments.load()).paymentsOf(client);
    const { payment, toPay } = await open(order.id, { provider: "demo" });
    await fetch(`${toPay.url}/pay`, { method: "POST", mode: "no-cors" });
    await verify({ paymentId: payment.id }); // then the order is paid, before any webhook
    return (await client.rest.send("get", `/api/orders/${order.id}`)).data.order;
  },
};

/** One person writes to the other in the conversation of the order. */
const write = (name: string, role: "customer" | "tailor", text: string): Step => ({
  name,
  role,
  async run(cast, order) {
    const { chatOf } = await chat.load();
    await chatOf(cast[role].client).begin({ orderId: order.id, message: { text } });
    return order;
  },
});

/** The courier begins the shift at the shop, waits for the offer and takes it; the admin assigns one that has too many. */
const claim: Step = {
  name: "claim",
  role: "delivery",
  async run(cast, order) {
    const { rest } = cast.delivery.client;
    const id = (order.delivery as { id: string }).id;
    await rest.send("put", "/api/couriers/me/shift", { body: { on: true, vehicle: "motorbike", ...SHOP } });
    try {
      for (let tries = 0; tries < OFFERED_WITHIN; tries++) {
        const { data } = await rest.send("get", "/api/deliveries", { query: { state: "open" } });
        if (data.deliveries.some((one: { id: string }) => one.id === id)) break;
        await new Promise((done) => setTimeout(done, 500));
      }
      return (await rest.send("post", `/api/deliveries/${id}/claim`, { body: {}, key: crypto.randomUUID() })).data.order;
    } catch (error) {
      if (asError(error).code !== "too_many_jobs") throw error;
      return act("admin", "assign", async () => ({ deliveryPartnerId: await cast.delivery.userId() })).run(cast, order);
    }
  },
};

const AFTER: readonly Step[] = [
  write("write", "customer", "Could you make the sleeves a little shorter?"),
  write("answer", "tailor", "Gladly. They will be ready in half an hour."),
  act("tailor", "accept", () => ({ estimatedTime: 30 })),
  act("tailor", "prepare"),
  act("tailor", "ready", () => ({ estimatedPickupTime: 15 })),
  claim,
  act("delivery", "dispatch"),
  act("delivery", "deliver"),
];

/** The steps of the story; with a payment where the demo provider runs. */
export const stepsOf = (paid: boolean): readonly Step[] => (paid ? [create("online"), pay, ...AFTER] : [create("none"), ...AFTER]);

export interface Done {
  /** From the click to the answer, in ms. */
  ms: number;
  began: number;
  version: number;
}

export interface StoryState {
  mode: "idle" | "auto" | "manual" | "done";
  /** The step that is next, or runs. */
  at: number;
  busy: boolean;
  order: Order | null;
  done: readonly Done[];
  /** When each screen had a version: `<order id>:<version>:<role>` → performance.now(). */
  seen: Readonly<Record<string, number>>;
  error: string | null;
  /** From the start to the last answer, in ms. */
  took: number | null;
}

const START: StoryState = { mode: "idle", at: 0, busy: false, order: null, done: [], seen: {}, error: null, took: null };

export class Story {
  readonly store: StoreApi<StoryState> = createStore<StoryState>(() => START);
  private run = 0;
  private began = 0;

  constructor(
    private readonly cast: Cast,
    readonly steps: readonly Step[],
    private readonly pause = 1_500,
  ) {}

  /** Note when each screen gets each version of the order; returns a function that ends it. */
  watch(): () => void {
    const stops = CAST.map((role) =>
      this.cast[role].client.on("order_update", ({ order }) => {
        const key = `${order.id}:${order.version}:${role}`;
        const at = performance.now();
        this.store.setState(({ seen }) => (key in seen ? {} : { seen: { ...seen, [key]: at } }));
      }),
    );
    return () => stops.forEach((stop) => stop());
  }

  async play(): Promise<void> {
    this.begin("auto");
    const own = ++this.run;
    while (own === this.run && this.store.getState().mode === "auto") {
      if (!(await this.step(own))) return;
      if (this.store.getState().mode !== "auto") return;
      await new Promise((done) => setTimeout(done, this.pause));
    }
  }

  async next(): Promise<void> {
    this.begin("manual");
    await this.step(++this.run);
  }

  stop(): void {
    this.run++;
    this.store.setState({ ...START, order: this.store.getState().order, busy: false });
  }

  private begin(mode: "auto" | "manual") {
    const { mode: before } = this.store.getState();
    const fresh = before === "idle" || before === "done";
    if (fresh) this.began = performance.now();
    this.store.setState({ ...(fresh ? START : {}), mode, error: null });
  }

  /** Run the next step; return whether it was done. */
  private async step(own: number): Promise<boolean> {
    const { at, order, busy } = this.store.getState();
    const step = this.steps[at];
    if (!step || busy) return false;
    const began = performance.now();
    this.store.setState({ busy: true });
    try {
      const after = await step.run(this.cast, order!);
      if (own !== this.run) return false;
      const now = performance.now();
      const last = at + 1 === this.steps.length;
      this.store.setState(({ done, mode }) => ({
        busy: false,
        order: after,
        at: at + 1,
        done: [...done, { ms: now - began, began, version: after.version }],
        ...(last ? { mode: "done", took: now - this.began } : { mode }),
      }));
      return !last;
    } catch (error) {
      if (own === this.run) this.store.setState({ busy: false, mode: "manual", error: asError(error).code });
      return false;
    }
  }
}
