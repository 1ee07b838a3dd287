import { describe, expect, test, vi } from "vitest";
import { paymentsOf, type Payment, type Refund } from "../src/payments/index.js";
import { client, ok, payment, problem, refund, until } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

function setup() {
  const given = client();
  return { ...given, payments: paymentsOf(given.metaia) };
}

async function live(given: ReturnType<typeof setup>) {
  given.metaia.connection.start();
  await until(() => given.transport.links.length);
  given.transport.live();
  await until(() => given.metaia.connection.isConnected);
}

const event = (one: Payment, n = 1) => ({ ...one, paymentId: one.id, eventId: `e${n}-${one.version}` }) as never;
const refunded = (one: Refund) => ({ ...one, refundId: one.id, eventId: `r-${one.id}-${one.version}` }) as never;

describe("opening", () => {
  test("a payment comes with what is needed to pay; a lost answer is asked for again", async () => {
    const { payments, server } = setup();
    const replies = [new TypeError("cut"), problem(503, "provider_unavailable", {}, { "Retry-After": "0" }), ok({ payment: payment("p1"), toPay: { url: "http://pay/1" } })];
    server.routes["POST /api/payments"] = () => replies.shift()!;
    const found = await payments.open("o1", { provider: "demo", returnUrl: "http://x/o1" });
    expect([found.toPay.url, payments.store.getState().byId["p1"]]).toEqual(["http://pay/1", found.payment]);
    const sent = server.of("/api/payments");
    expect(sent.map(({ body }) => JSON.parse(body!))).toEqual(Array(3).fill({ orderId: "o1", provider: "demo", returnUrl: "http://x/o1" }));
  });

  test("a refusal has the contract's code and is not repeated", async () => {
    const { payments, server } = setup();
    server.routes["POST /api/payments"] = () => problem(409, "already_paid");
    await expect(payments.open("o1")).rejects.toMatchObject({ status: 409, code: "already_paid" });
    expect(server.of("/api/payments")).toHaveLength(1);
  });

  test("how an order can be paid is asked for", async () => {
    const { payments, server } = setup();
    server.routes["GET /api/payments/methods"] = () => ok({ methods: [{ method: "online", provider: "demo", available: true, reason: null }] });
    expect((await payments.methods("o1"))[0]!.provider).toBe("demo");
    expect(server.sent[0]!.path).toBe("/api/payments/methods?orderId=o1");
  });
});

describe("events", () => {
  test("a known payment follows at once, and its actions are fetched", async () => {
    const given = setup();
    const { payments, server, transport } = given;
    await live(given);
    payments.take(payment("p1", 1, "pending", { allowedActions: ["cancel"], method: null }));
    let answer: (reply: any) => void;
    server.routes["GET /api/payments/p1"] = () => new Promise((done) => (answer = done));
    transport.last.event("payment_update", event(payment("p1", 2, "completed", { captured: 100 })), "c2");
    expect(payments.store.getState().byId["p1"]).toMatchObject({ status: "completed", captured: 100, version: 2, allowedActions: [] });
    await until(() => server.of("/api/payments/p1").length);
    answer!(ok({ payment: payment("p1", 2, "completed", { captured: 100, method: "card" }) }));
    await until(() => payments.store.getState().byId["p1"]!.method === "card");
  });

  test("an older event changes nothing, one of a strange payment fetches nothing", async () => {
    const given = setup();
    const { payments, server, transport } = given;
    await live(given);
    const newest = payment("p1", 5, "completed");
    payments.take(newest);
    transport.last.event("payment_update", event(payment("p1", 4, "pending")), "c2");
    transport.last.event("payment_update", event(payment("p9", 1, "pending", { orderId: "o9" })), "c3");
    await Promise.resolve();
    expect(payments.store.getState().byId).toEqual({ p1: newest });
    expect(server.sent.filter(({ path }) => path.startsWith("/api/payments"))).toEqual([]);
  });

  test("payments and refunds of a watched order are loaded, and new ones come", async () => {
    const given = setup();
    const { payments, server, transport } = given;
    await live(given);
    server.routes["GET /api/payments"] = () => ok({ payments: [payment("p1")] }, { nextCursor: null });
    server.routes["GET /api/refunds"] = () => ok({ refunds: [] }, { nextCursor: null });
    server.routes["GET /api/payments/p2"] = () => ok({ payment: payment("p2") });
    server.routes["GET /api/refunds/r1"] = () => ok({ refund: refund("r1", 1) });
    const stops = [payments.watch("o1"), payments.watch("o1")];
    await until(() => payments.store.getState().byId["p1"]);
    expect(server.of("/api/payments").map(({ path }) => path)).toEqual(["/api/payments?orderId=o1&limit=100"]);
    transport.last.event("payment_update", event(payment("p2"), 2), "c2");
    transport.last.event("refund_update", refunded(refund("r1", 1)), "c3");
    await until(() => payments.store.getState().byId["p2"] && payments.store.getState().refunds["r1"]);
    stops.forEach((stop) => stop());
    transport.last.event("payment_update", event(payment("p3"), 3), "c4");
    expect(server.of("/api/payments/p3")).toEqual([]);
  });

  test("settled waits for the event, and ends with its signal", async () => {
    const given = setup();
    const { payments, server, transport } = given;
    await live(given);
    payments.take(payment("p1", 1, "created"));
    server.routes["GET /api/payments/p1"] = () => ok({ payment: payment("p1", 2, "completed") });
    const settled = payments.settled("p1");
    transport.last.event("payment_update", event(payment("p1", 2, "completed")), "c2");
    expect((await settled).status).toBe("completed");
    const stop = new AbortController();
    payments.take(payment("p2", 1, "pending"));
    const other = payments.settled("p2", stop.signal);
    stop.abort();
    await expect(other).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("actions", () => {
  test("a change names the version that is shown; after a conflict the store has the newer one", async () => {
    const { payments, server } = setup();
    payments.take(payment("p1", 3, "authorized"));
    server.routes["POST /api/payments/p1/capture"] = () => problem(409, "stale_version", { version: 4 });
    server.routes["GET /api/payments/p1"] = () => ok({ payment: payment("p1", 4, "completed") });
    await expect(payments.capture("p1", 12.5)).rejects.toMatchObject({ code: "stale_version" });
    expect(JSON.parse(server.of("/api/payments/p1/capture")[0]!.body!)).toEqual({ amount: 12.5, expectedVersion: 3 });
    expect(payments.store.getState().byId["p1"]!.status).toBe("completed");
  });

  test("a refund is repeated with one key, and its payment is fetched", async () => {
    const { payments, server } = setup();
    const replies = [new TypeError("cut"), ok({ refund: refund("r1", 1) })];
    server.routes["POST /api/payments/p1/refunds"] = () => replies.shift()!;
    server.routes["GET /api/payments/p1"] = () => ok({ payment: payment("p1", 2, "completed", { refunding: 5 }) });
    await payments.refund("p1", { amount: 5, reason: "duplicate" });
    const keys = server.of("/api/payments/p1/refunds").map(({ headers }) => headers["Idempotency-Key"]);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
    expect(payments.store.getState().refunds["r1"]!.status).toBe("requested");
    expect(payments.store.getState().byId["p1"]!.refunding).toBe(5);
  });

  test("a retry gives the new refund, and the former one has lost its action", async () => {
    const { payments, server } = setup();
    server.routes["GET /api/refunds"] = () => ok({ refunds: [refund("r1", 4, "failed", { allowedActions: ["retry"] })] }, { nextCursor: null });
    server.routes["POST /api/refunds/r1/retry"] = () => ok({ refund: refund("r2", 1) });
    server.routes["GET /api/refunds/r1"] = () => ok({ refund: refund("r1", 5, "failed", { retriedBy: "r2" }) });
    await payments.refunds({ paymentId: "p1" });
    expect((await payments.retryRefund("r1")).id).toBe("r2");
    expect(payments.store.getState().refunds["r1"]).toMatchObject({ retriedBy: "r2", allowedActions: [] });
  });
});
