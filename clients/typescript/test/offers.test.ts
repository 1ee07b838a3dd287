// Offers and deals: the store follows events, and an answer goes to what is shown.
import { describe, expect, test, vi } from "vitest";
import { dealsOf, joined, type Entry } from "../src/deals/index.js";
import { offersOf, type Offer } from "../src/offers/index.js";
import { client, ok, problem, until } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

const offer = (id: string, version = 1, more: Partial<Offer> = {}): Offer =>
  ({ id, version, status: "pending", turn: "u1", round: 1, sellerId: "u1", buyerId: "u2", updatedAt: `2026-01-01T00:00:0${version}Z`, allowedActions: ["accept", "counter"], ...more }) as Offer;

async function setup() {
  const given = client();
  given.metaia.connection.start();
  await until(() => given.transport.links.length);
  given.transport.live();
  await until(() => given.metaia.connection.isConnected);
  const offers = offersOf(given.metaia);
  let n = 0;
  const event = (one: Offer) => given.transport.last.event("offer:updated", { offerId: one.id, dealId: "d1", offer: one, eventId: `e${++n}` } as never, `c${n}`);
  return { ...given, offers, event, shown: (id: string) => offers.store.getState().byId[id] };
}

describe("offers", () => {
  test("an event changes what is known, an older one does not, and lists are fetched again", async () => {
    const { offers, event, shown } = await setup();
    offers.take(offer("o1", 2));
    const before = offers.store.getState().changes;
    event(offer("o1", 3, { status: "countered", turn: "u2" }));
    event(offer("o1", 1));
    expect(shown("o1")).toMatchObject({ version: 3, status: "countered" });
    expect(offers.store.getState().changes).toBe(before + 1);
  });

  test("accepting names the version that is shown, and returns the order", async () => {
    const { offers, server } = await setup();
    offers.take(offer("o1", 3));
    server.routes["PATCH /api/offers/o1/accept"] = () => ok({ offer: offer("o1", 4, { status: "accepted", orderId: "r1" }), order: { id: "r1" } });
    expect((await offers.accept("o1")).order.id).toBe("r1");
    const [sent] = server.of("/api/offers/o1/accept");
    expect(JSON.parse(sent!.body!)).toEqual({ expectedVersion: 3 });
    expect(sent!.headers["Idempotency-Key"]).toHaveLength(32);
  });

  test("a newer round is in the store after the refusal", async () => {
    const { offers, server, shown } = await setup();
    offers.take(offer("o1", 3));
    server.routes["PATCH /api/offers/o1/accept"] = () => problem(409, "stale_version", { offer: offer("o1", 4, { round: 2 }) });
    await expect(offers.accept("o1")).rejects.toMatchObject({ code: "stale_version" });
    expect(shown("o1")).toMatchObject({ version: 4, round: 2 });
  });

  test("lists name their states, and history and bulk are those of the server", async () => {
    const { offers, server } = await setup();
    server.routes["GET /api/offers"] = () => ok({ offers: [offer("o1")] }, { nextCursor: "c" });
    server.routes["POST /api/offers/bulk"] = () => ok({ changed: 1, results: [{ id: "o1", ok: true }] });
    server.routes["GET /api/offers/o1/history"] = () => ok({ offer: offer("o1"), rounds: [{ round: 1 }], steps: [] });
    expect((await offers.list({ status: ["pending", "countered"], turn: "mine" })).nextCursor).toBe("c");
    expect(server.of("/api/offers")[0]!.path).toBe("/api/offers?turn=mine&status=pending%2Ccountered");
    expect(await offers.bulk("withdraw", ["o1"])).toEqual([{ id: "o1", ok: true }]);
    expect((await offers.history("o1")).rounds).toHaveLength(1);
  });

  test("figures are of a time, and have the types of the API", async () => {
    const { offers, server } = await setup();
    server.routes["GET /api/offers/analytics"] = () => ok({ total: { offers: 3, conversion: 0.5 }, periods: [] });
    // @ts-expect-error the API refuses figures of no time
    await offers.analytics({});
    const { total, periods } = await offers.analytics({ from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", groupBy: "week" });
    const rate: number | null = total.conversion;
    expect([rate, total.offers + periods.length]).toEqual([0.5, 3]);
    expect(server.of("/api/offers/analytics").at(-1)!.path).toContain("groupBy=week");
  });

  test("making an offer twice with one key is one offer", async () => {
    const { offers, server, shown } = await setup();
    server.routes["POST /api/offers"] = () => ok({ offer: offer("o1") });
    await offers.create({ recipientId: "u2", items: [{ name: "Linen", quantity: 2, price: 310 }], currency: "INR", total: 600 }, "key");
    expect(server.of("/api/offers")[0]!.headers["Idempotency-Key"]).toBe("key");
    expect(shown("o1")).toBeDefined();
  });
});

describe("deals", () => {
  test("the timeline has the kinds that are asked for, and the cursor of its first entry", async () => {
    const { metaia, server } = await setup();
    server.routes["GET /api/deals/d1/timeline"] = () => ok({ entries: [{ id: "e1" }] }, { firstCursor: "k1", hasBefore: true, hasAfter: false });
    const page = await dealsOf(metaia).timeline("d1", { kinds: ["message", "order"], before: "k9" });
    expect(page).toEqual({ entries: [{ id: "e1" }], firstCursor: "k1", hasBefore: true, hasAfter: false });
    expect(server.of("/api/deals/d1/timeline")[0]!.path).toBe("/api/deals/d1/timeline?before=k9&kinds=message%2Corder");
  });

  test("events of the deal are noticed, those of others are not", async () => {
    const { metaia, transport } = await setup();
    const heard: string[] = [];
    const end = dealsOf(metaia).watch("d1", ({ eventId }) => heard.push(eventId));
    const send = (eventId: string, data: object) => transport.last.event("order_update", { eventId, ...data } as never, eventId);
    send("e1", { order: { id: "r1", version: 1, dealId: "d1" } });
    send("e2", { order: { id: "r2", version: 1, dealId: "d2" } });
    send("e3", { order: { id: "r3", version: 1 }, dealId: "d1" });
    end();
    send("e4", { order: { id: "r4", version: 1 }, dealId: "d1" });
    expect(heard).toEqual(["e1", "e3"]);
  });

  test("pages are joined by the ids of their events, and the newer copy stays", () => {
    const entry = (id: string, action = "send") => ({ id, action }) as Entry;
    const known = [entry("b"), entry("c")];
    expect(joined(known, [entry("c", "edit"), entry("d")], "after").map(({ id, action }) => `${id} ${action}`)).toEqual(["b send", "c edit", "d send"]);
    expect(joined(known, [entry("a"), entry("b")], "before").map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });
});
