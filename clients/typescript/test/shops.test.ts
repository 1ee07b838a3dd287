// Shops, couriers and a catalogue: events change what is shown, and refusals carry what is true now.
import { describe, expect, test, vi } from "vitest";
import { catalogueOf } from "../src/catalogue/index.js";
import { couriersOf, fleetsOf, type Delivery } from "../src/couriers/index.js";
import { costOf, priceOf, sellable, shopsOf, type Group, type MenuProduct, type Shop } from "../src/shops/index.js";
import { client, ok, order, problem, until } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

const NOW = Date.parse("2026-12-01T12:00:00Z");
const later = "2026-12-01T13:00:00Z";
const earlier = "2026-12-01T11:00:00Z";
const shop = (id: string, more: Partial<Shop> = {}) => ({ id, availability: "open", acceptsOrders: true, followers: 1, ...more }) as Shop;
const delivery = (id: string) => ({ id, state: "open", allowedActions: ["claim", "decline"] }) as Delivery;

async function setup() {
  const given = client();
  given.metaia.connection.start();
  await until(() => given.transport.links.length);
  given.transport.live();
  await until(() => given.metaia.connection.isConnected);
  let n = 0;
  const event = (name: string, data: object, logged = true) => given.transport.last.event(name, { ...data, ...(logged && { eventId: `e${++n}` }) } as never, `c${n}`);
  const last = (path: string) => given.server.of(path).at(-1)!;
  return { ...given, event, last };
}

describe("a menu", () => {
  test("what can be ordered depends on stock, the partner's tap, and the clock", () => {
    const cases: [Parameters<typeof sellable>[0], boolean][] = [
      [{ available: true }, true],
      [{ available: false }, false],
      [{ available: true, inStock: false }, false],
      [{ available: true, soldOutUntil: later }, false],
      [{ available: true, soldOutUntil: earlier }, true],
    ];
    expect(cases.map(([thing]) => sellable(thing, NOW))).toEqual(cases.map(([, wanted]) => wanted));
  });

  test("an item costs the variant's price, that of a sale inside its times, and its modifiers", () => {
    expect(priceOf({ price: 10, sale: { price: 8, from: earlier, until: later } }, NOW)).toBe(8);
    expect(priceOf({ price: 10, sale: { price: 8, from: later, until: "2026-12-02T00:00:00Z" } }, NOW)).toBe(10);
    expect(priceOf({ price: 10, sale: { price: 8, from: earlier, until: "2026-12-01T12:00:00Z" } }, NOW)).toBe(10);
    const product = { variants: [{ id: "v1", price: 10 }, { id: "v2", price: 20 }] } as MenuProduct;
    const groups = [{ id: "g1", kind: "choice", options: [{ id: "o1", price: 1.5 }] }, { id: "g2", kind: "text", options: [], price: 3 }] as unknown as Group[];
    const modifiers = [{ groupId: "g1", optionId: "o1", quantity: 2 }, { groupId: "g2", text: "Asha" }];
    expect(costOf(product, { variantId: "v2", modifiers }, groups, NOW)).toBe(26);
    expect(costOf(product, {}, [], NOW)).toBe(10);
  });

  test("an unchanged menu is null, and its request has the ETag", async () => {
    const { metaia, server, last } = await setup();
    server.routes["GET /api/partners/p1/menu"] = ({ headers }) =>
      headers["If-None-Match"] ? { status: 304 } : { ...ok({ sections: [], menuVersion: 4 }), headers: { ETag: '"4"' } } as never;
    const shops = shopsOf(metaia);
    const first = await shops.menu("p1");
    expect(first).toMatchObject({ menu: { menuVersion: 4 }, etag: '"4"' });
    expect(await shops.menu("p1", first!.etag)).toBeNull();
    expect(last("/api/partners/p1/menu").headers["If-None-Match"]).toBe('"4"');
  });
});

describe("shops", () => {
  test("a shop that closes is closed in all lists, and a logout forgets the shops", async () => {
    const { metaia, server, event } = await setup();
    server.routes["GET /api/partners"] = () => ok({ partners: [shop("p1"), shop("p2")] }, { nextCursor: "n" });
    const shops = shopsOf(metaia);
    expect((await shops.list({ q: "silk", open: true })).nextCursor).toBe("n");
    event("partner:changed", { partnerId: "p1", availability: "closed", opensAt: null, pausedUntil: null }, false);
    event("partner:changed", { partnerId: "p2", availability: "busy", acceptsOrders: false }, false);
    expect(shops.store.getState().byId.p2!.acceptsOrders).toBe(false);
    event("partner:changed", { partnerId: "p9", availability: "open" }, false);
    expect(Object.values(shops.store.getState().byId).map(({ id, availability }) => `${id} ${availability}`)).toEqual(["p1 closed", "p2 busy"]);
    server.routes["POST /api/auth/logout"] = () => ok({});
    await metaia.auth.logout();
    expect(shops.store.getState().byId).toEqual({});
  });

  test("an order at another price is refused with the present quote; the order that was placed is kept", async () => {
    const { metaia, server, last } = await setup();
    const shops = shopsOf(metaia);
    const cart = { partnerId: "p1", items: [{ productId: "x", quantity: 1 }], quoteId: "q1" };
    server.routes["POST /api/orders"] = () => problem(409, "price_changed", { quote: { id: "q2" }, changed: [{ path: "total", was: 35, now: 30 }] });
    await expect(shops.order(cart, "k1")).rejects.toMatchObject({ code: "price_changed", details: { quote: { id: "q2" } } });
    server.routes["POST /api/orders"] = () => ok({ order: order("o1", 1, "pending", { customerId: "u1" }) });
    await shops.order({ ...cart, quoteId: "q2" }, "k2");
    expect(last("/api/orders").headers["Idempotency-Key"]).toBe("k2");
    expect(metaia.orders.get("o1")).toBeDefined();
  });

  test("following changes what is shown", async () => {
    const { metaia, server } = await setup();
    const shops = shopsOf(metaia);
    server.routes["GET /api/partners/p1"] = () => ok({ partner: shop("p1") });
    server.routes["PUT /api/partners/p1/follow"] = () => ok({ following: true, followers: 2 });
    await shops.get("p1");
    await shops.follow("p1");
    expect(shops.store.getState().byId["p1"]).toMatchObject({ following: true, followers: 2 });
  });
});

describe("couriers", () => {
  test("offers are shown on shift only, and one that was closed does not return with a late list", async () => {
    const { metaia, server, event } = await setup();
    const couriers = couriersOf(metaia);
    const open = () => couriers.store.getState().open.map(({ id }) => id);
    event("delivery:offer", delivery("d0"));
    expect(open()).toEqual([]);
    event("delivery:closed", { id: "d1", reason: "claimed" }); // off shift; it was released since
    server.routes["PUT /api/couriers/me/shift"] = () => {
      event("delivery:closed", { id: "d2", reason: "claimed" });
      return ok({ shift: { on: true }, deliveries: [delivery("d1"), delivery("d2")] });
    };
    await couriers.setShift({ on: true });
    event("delivery:offer", delivery("d3"));
    expect(open()).toEqual(["d3", "d1"]);
    event("delivery:closed", { id: "d1", reason: "cancelled" });
    event("courier:shift", { courierId: "other", on: false });
    expect(open()).toEqual(["d3"]);
    event("courier:shift", { courierId: "u1", on: false });
    expect(open()).toEqual([]);
  });

  test("an offer to one courier alone leaves the list when it ends", async () => {
    const { metaia, server, event } = await setup();
    const couriers = couriersOf(metaia);
    const open = () => couriers.store.getState().open.map(({ id }) => id);
    const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
    server.routes["PUT /api/couriers/me/shift"] = () => ok({ shift: { on: true }, deliveries: [{ ...delivery("late"), expiresAt: soon(-1000) }, delivery("stays")] });
    await couriers.setShift({ on: true });
    event("delivery:offer", { ...delivery("alone"), expiresAt: soon(50) });
    expect(open()).toEqual(["alone", "stays"]);
    await vi.waitFor(() => expect(open()).toEqual(["stays"]));
    event("delivery:offer", { ...delivery("alone"), expiresAt: null }); // all couriers are asked now
    expect(open()).toEqual(["alone", "stays"]);
  });

  test("a delivery that another courier has claimed leaves the list; the own claim keeps the order", async () => {
    const { metaia, server } = await setup();
    const couriers = couriersOf(metaia);
    server.routes["PUT /api/couriers/me/shift"] = () => ok({ shift: { on: true }, deliveries: [delivery("d1"), delivery("d2")] });
    await couriers.setShift({ on: true });
    server.routes["POST /api/deliveries/d1/claim"] = () => problem(409, "already_claimed");
    await expect(couriers.claim("d1")).rejects.toMatchObject({ code: "already_claimed" });
    server.routes["POST /api/deliveries/d2/claim"] = () => ok({ delivery: delivery("d2"), order: order("o2", 3, "ready") });
    await couriers.claim("d2");
    expect(couriers.store.getState().open).toEqual([]);
    expect(metaia.orders.get("o2")?.version).toBe(3);
  });

  test("an invitation is withdrawn by its address, and sent again with its key", async () => {
    const { metaia, server, event, last } = await setup();
    const fleet = fleetsOf(metaia);
    const changed = vi.fn();
    const stop = fleet.watch(changed);
    server.routes["POST /api/partners/me/couriers/withdraw"] = () => ok({ couriers: [] });
    expect(await fleet.withdraw("ravi@x.in")).toEqual([]);
    expect(JSON.parse(last("/api/partners/me/couriers/withdraw").body!)).toEqual({ email: "ravi@x.in" });
    expect(last("/api/partners/me/couriers/withdraw").headers["Idempotency-Key"]).toBeTruthy();
    event("fleet:changed", { partnerId: "p1", courierId: "u1", state: null });
    stop();
    event("fleet:changed", { partnerId: "p1", courierId: "u1", state: "active" });
    expect(changed).toHaveBeenCalledTimes(1);
  });

  test("a wrong code states how many tries are left", async () => {
    const { metaia, server, last } = await setup();
    metaia.orders.take(order("o1", 5, "out_for_delivery"));
    server.routes["PATCH /api/orders/o1/deliver"] = () => problem(422, "wrong_code", { triesLeft: 4 });
    await expect(couriersOf(metaia).deliver("o1", { code: "1234" })).rejects.toMatchObject({ details: { triesLeft: 4 } });
    expect(JSON.parse(last("/api/orders/o1/deliver").body!)).toEqual({ expectedVersion: 5, code: "1234" });
  });
});

describe("a catalogue", () => {
  test("a change names the version that was read, a new thing has a key", async () => {
    const { metaia, server, last } = await setup();
    const catalogue = catalogueOf(metaia);
    server.routes["PATCH /api/products/x"] = () => ok({ product: { id: "x", version: 8 } });
    expect((await catalogue.save({ name: "Linen" }, { id: "x", version: 7 })).version).toBe(8);
    expect(JSON.parse(last("/api/products/x").body!)).toEqual({ expectedVersion: 7, name: "Linen" });
    server.routes["POST /api/sections"] = () => ok({ section: { id: "s" } });
    await catalogue.sections.save({ name: "Breakfast" });
    expect(last("/api/sections").headers["Idempotency-Key"]).toHaveLength(32);
  });

  test("a product that is saved again because the answer was lost has the key of the first time", async () => {
    const { metaia, server } = await setup();
    const catalogue = catalogueOf(metaia);
    let lost = true;
    server.routes["POST /api/products"] = () => (lost ? new TypeError("the answer was lost") : ok({ product: { id: "x" } }));
    await expect(catalogue.save({ name: "Linen", price: 1 })).rejects.toMatchObject({ status: 0 });
    lost = false;
    await catalogue.save({ name: "Linen", price: 1 });
    await catalogue.save({ name: "Linen", price: 1 }); // answered: this is another one
    server.routes["POST /api/products"] = () => problem(422, "invalid");
    for (const _ of [1, 2]) await expect(catalogue.save({ name: "", price: 1 })).rejects.toMatchObject({ status: 422 });
    const keys = server.of("/api/products").map(({ headers }) => headers["Idempotency-Key"]!);
    expect(new Set(keys.slice(0, -3)).size).toBe(1); // of all tries, and of the second call
    expect(new Set(keys.slice(-4)).size).toBe(4);
    expect(keys.length).toBeGreaterThan(5);
  });

  test("a watched menu is read again when its room was entered, also after a lost link", async () => {
    const { metaia, transport } = await setup();
    let times = 0;
    catalogueOf(metaia).watch("u1", () => void times++);
    await until(() => times === 1);
    transport.last.end({ code: "lost" });
    await until(() => transport.links.length === 2);
    transport.live();
    await until(() => times === 2);
  });

  test("prices that are sent again after a lost answer have the key of the first time", async () => {
    const { metaia, server } = await setup();
    const catalogue = catalogueOf(metaia);
    server.routes["POST /api/products/bulk"] = () => ok({ changed: [], skipped: [] });
    for (const key of ["k1", "k1", undefined]) await catalogue.bulk({ ids: ["x"], price: { percent: 10 } }, key);
    const keys = server.of("/api/products/bulk").map(({ headers }) => headers["Idempotency-Key"]);
    expect(keys.slice(0, 2)).toEqual(["k1", "k1"]);
    expect(keys[2]).toHaveLength(32);
  });

  test("prices of more than 500 products change in parts, and go on where they failed", async () => {
    const { metaia, server } = await setup();
    const catalogue = catalogueOf(metaia);
    const ids = Array.from({ length: 1001 }, (_, index) => `p${index}`);
    let fails = true;
    server.routes["POST /api/products/bulk"] = ({ body }) => {
      const given = JSON.parse(body!).ids as string[];
      return fails && given[0] === "p500" ? problem(422, "negative_price") : ok({ changed: given.map((id) => ({ id })), skipped: [] });
    };
    const change = { ids, price: { percent: 10 } };
    await expect(catalogue.bulk(change, "k")).rejects.toMatchObject({ code: "negative_price" });
    fails = false;
    expect((await catalogue.bulk(change, "k")).changed).toHaveLength(1001);
    const keys = server.of("/api/products/bulk").map(({ headers }) => headers["Idempotency-Key"]);
    expect(keys).toEqual(["k-0", "k-500", "k-0", "k-500", "k-1000"]);
  });

  test("a partner without a profile has null, and other failures are errors", async () => {
    const { metaia, server } = await setup();
    const { shop: own } = catalogueOf(metaia);
    expect(await own.get()).toBeNull(); // 404
    server.routes["GET /api/partners/me"] = () => problem(403, "forbidden");
    await expect(own.get()).rejects.toMatchObject({ status: 403 });
  });
});
