// The console's board, bundled as it is served, lets go of the cards that it no longer shows.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { bundled, page } from "./drawn.js";
import { client, ok, order, until } from "./fake.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const LIMIT = 30;
const STATUSES = ["pending", "accepted", "preparing", "ready", "out_for_delivery", "delivered"];

const made = (n: number, version: number, status: string) =>
  order(`o${n}`, version, status, {
    ...{ customerInfo: { name: "n", phone: "1", address: "a" }, deliveryPartnerId: null, acceptBy: null, currency: "INR", total: 5 },
    ...{ createdAt: new Date(n * 1_000).toISOString(), updatedAt: new Date().toISOString() },
  });

/** Return the `li` elements that `window` creates from now on, those that are still in memory. */
function watched(window: any): () => number {
  const cards: WeakRef<object>[] = [];
  const { document } = window;
  const create = document.createElementNS.bind(document);
  document.createElementNS = (...given: unknown[]) => {
    const element = create(...given);
    if (given[1] === "li") cards.push(new WeakRef(element));
    return element;
  };
  return () => cards.filter((one) => one.deref()).length;
}

test("a board at its limit keeps no card that it removed, also after a new order and a notification", async () => {
  const [script, window] = [await bundled("board"), await page()];
  const { metaia, server, transport } = client({ keep: { orders: LIMIT } });
  const orders = Array.from({ length: LIMIT }, (_, n) => made(n, 1, STATUSES[n % STATUSES.length]!));
  server.routes["GET /api/orders"] = () => ok({ orders }, { nextCursor: null });
  metaia.connection.start();
  await until(() => transport.links.length);
  transport.live();
  await until(() => metaia.orders.store.getState().loaded);
  let now = 0;
  window.performance.now = () => (now += 1_000); // each change is one picture
  const alive = watched(window);
  window.eval(script);
  window.drawn.draw(metaia);
  const shown = () => window.document.querySelectorAll(".order-card").length;
  await until(shown);
  const frame = () => new Promise((done) => window.requestAnimationFrame(() => setTimeout(done)));
  const send = (one: any, previousStatus: string | null = "pending") =>
    transport.last.event("order_update", { eventId: `e${one.id}.${one.version}`, order: one, previousStatus });
  for (let version = 2; version < 400; version++) {
    if (version === 200) {
      send(made(LIMIT, 1, "pending"), null);
      transport.last.event("new_notification", { id: "n1", eventId: "n1", title: "New order", message: `o${LIMIT}`, createdAt: new Date().toISOString() });
    }
    send(made(version % LIMIT, version, STATUSES[Math.floor(version / LIMIT) % STATUSES.length]!)); // the other cards stay as they are
    await frame();
  }
  await until(async () => {
    await frame();
    collect();
    return alive() === shown();
  });
  expect(shown()).toBeGreaterThan(0);
  metaia.close();
}, 60_000);
