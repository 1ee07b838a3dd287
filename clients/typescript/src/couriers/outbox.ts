// What a courier did without a network: kept in storage, sent in order, each once. Claims are not: another may be faster.
import { asError, MetaiaError, type Order } from "../errors.js";
import { delay, PASSING } from "../http.js";
import type { Storage } from "../storage.js";
import type { KeptAction, KeptActionName } from "./types.js";

export interface OutboxParts {
  storage: Storage;
  /** Send an action: at once as it is done, later with its time and under its id as the key. */
  send(one: KeptAction, atOnce: boolean): Promise<Order>;
  show(kept: KeptAction[]): void;
  now(): number;
  newId(): string;
}

export interface Outbox {
  /** Read what was kept for a user; null: there is no user. */
  open(place: string | null): Promise<void>;
  /**
   * Keep an action, and send it. Resolves to the order, or to null if the action waits for the network. Rejects with what
   * the server refuses.
   */
  act(orderId: string, action: KeptActionName, body: object): Promise<Order | null>;
  /** Delete an action that waits or was refused. */
  discard(id: string): void;
  /** Send now what waits. */
  flush(): void;
}

const passing = ({ status, code }: MetaiaError) => PASSING.includes(status) || status === 401 || code === "idempotency_in_flight";

/** Return the outbox of one client. */
export function createOutbox({ storage, send, show, now, newId }: OutboxParts): Outbox {
  let place: string | null = null;
  let kept: KeptAction[] = [];
  let opening: Promise<void> = Promise.resolve();
  let running = false;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function put(next: KeptAction[]) {
    kept = next;
    show(kept);
    if (place) await storage.set(place, JSON.stringify(kept));
  }
  const change = (id: string, to: Partial<KeptAction>) => put(kept.map((one) => (one.id === id ? { ...one, ...to } : one)));
  const remove = (id: string) => put(kept.filter((one) => one.id !== id));

  /** Send one action; return the order, null if the network is away. Rejects with the server's refusal. */
  async function attempt(one: KeptAction, atOnce = false): Promise<Order | null> {
    const mine = place;
    try {
      const order = await send(one, atOnce);
      if (mine === place) await remove(one.id);
      return order;
    } catch (error) {
      if (mine !== place) return null;
      if (!passing(asError(error))) throw asError(error);
      await change(one.id, { state: "waiting" });
      return null;
    }
  }

  /** Send what waits, the oldest first; what is refused holds up later actions of its order only. */
  async function run() {
    clearTimeout(timer);
    if (running) return;
    running = true;
    const mine = place;
    try {
      for (;;) {
        const refused = new Set(kept.filter(({ state }) => state === "failed").map(({ orderId }) => orderId));
        const next = kept.find((one) => one.state === "waiting" && !refused.has(one.orderId));
        if (!next || mine !== place) return;
        try {
          if (!(await attempt(next))) return mine === place ? again() : undefined;
          tries = 0;
        } catch (error) {
          await change(next.id, { state: "failed", error: asError(error).code });
        }
      }
    } finally {
      running = false;
    }
  }

  function again() {
    if (place) timer = setTimeout(() => void run(), delay(++tries));
  }

  async function load(next: string | null) {
    clearTimeout(timer);
    [place, kept, tries] = [next, [], 0];
    show(kept);
    if (!next) return;
    const found = JSON.parse((await storage.get(next)) ?? "[]") as KeptAction[];
    if (place !== next) return;
    kept = found.map((one) => (one.state === "sending" ? { ...one, state: "waiting" } : one)); // by a page that was closed
    show(kept);
    void run();
  }

  return {
    open: (next) => (opening = load(next).catch(() => undefined)),
    async act(orderId, action, body) {
      await opening;
      if (!place) throw new MetaiaError(401, "signed_out", "Log in first.");
      const one: KeptAction = { id: newId(), orderId, action, body: { ...body, occurredAt: new Date(now()).toISOString() }, state: "sending", error: null };
      const earlier = kept.some((other) => other.orderId === orderId);
      await put([...kept, earlier ? { ...one, state: "waiting" } : one]);
      if (earlier) return void run(), null; // an order's actions go one after the other
      try {
        const order = await attempt(one, true);
        if (!order) again();
        return order;
      } catch (error) {
        await remove(one.id);
        throw error;
      }
    },
    discard: (id) => void remove(id).then(run, run),
    flush: () => void run(),
  };
}
