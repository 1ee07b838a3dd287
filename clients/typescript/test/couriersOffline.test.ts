// What couriers do without a network: kept, sent once each and in order, with the time at which it happened.
import { describe, expect, test, vi } from "vitest";
import { couriersOf } from "../src/couriers/index.js";
import { memoryStorage } from "../src/storage.js";
import { client, ok, order, problem, until } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

const DISPATCH = "/api/orders/o1/dispatch";
const DELIVER = "/api/orders/o1/deliver";
const done = (version: number, status: string) => () => ok({ order: order("o1", version, status) });
const away = () => {
  throw new TypeError("Failed to fetch");
};

async function setup(storage = memoryStorage()) {
  const given = client({ storage });
  given.metaia.connection.start();
  await until(() => given.transport.links.length);
  given.transport.live();
  await until(() => given.metaia.connection.isConnected);
  const couriers = couriersOf(given.metaia);
  return { ...given, couriers, kept: () => couriers.store.getState().kept };
}

describe("without a network", () => {
  test("what was done waits, and is sent in order with its times", async () => {
    const { server, couriers, kept } = await setup();
    server.routes[`PATCH ${DISPATCH}`] = away;
    server.routes[`PATCH ${DELIVER}`] = done(3, "delivered");
    expect(await couriers.dispatch("o1")).toBeNull();
    expect(await couriers.deliver("o1", { code: "0417" })).toBeNull(); // not before the goods are on their way
    expect(kept().map(({ action }) => action)).toEqual(["dispatch", "deliver"]);
    expect(server.of(DELIVER)).toEqual([]);
    server.routes[`PATCH ${DISPATCH}`] = done(2, "out_for_delivery");
    await until(() => kept().length === 0);
    const [first, ...again] = server.of(DISPATCH);
    expect(JSON.parse(first!.body!)).toEqual({}); // at once: the server's clock counts
    expect(new Set(again.map(({ headers, body }) => `${headers["Idempotency-Key"]} ${body}`)).size).toBe(1);
    const [handover, ...others] = server.of(DELIVER);
    expect(others).toEqual([]);
    const [left, handed] = [again[0]!, handover!].map(({ body }) => JSON.parse(body!));
    expect(handed.code).toBe("0417");
    expect(Date.parse(handed.occurredAt)).toBeGreaterThanOrEqual(Date.parse(left.occurredAt));
  });

  test("it outlasts the page, and belongs to its user", async () => {
    const storage = memoryStorage();
    const before = await setup(storage);
    before.server.routes[`PATCH ${DISPATCH}`] = away;
    await before.couriers.dispatch("o1");
    const [one] = before.kept();
    const after = await setup(storage);
    after.server.routes[`PATCH ${DISPATCH}`] = done(2, "out_for_delivery");
    await until(() => after.server.of(DISPATCH).length);
    expect(after.server.of(DISPATCH)[0]!.headers["Idempotency-Key"]).toBe(one!.id);
    await until(() => after.kept().length === 0);
  });

  test("what the server refuses later stays with the reason, until it is discarded", async () => {
    const { server, couriers, kept } = await setup();
    let answer: () => any = away;
    server.routes[`PATCH ${DELIVER}`] = () => answer();
    await couriers.deliver("o1", { code: "0000" });
    answer = () => problem(422, "wrong_code", { triesLeft: ["4"] });
    await until(() => kept()[0]?.state === "failed");
    expect(kept()[0]!.error).toBe("wrong_code");
    couriers.discard(kept()[0]!.id);
    await until(() => kept().length === 0);
  });
});

test("with a network a refusal is the caller's, and nothing is kept", async () => {
  const { server, couriers, kept } = await setup();
  server.routes[`PATCH ${DELIVER}`] = () => problem(422, "wrong_code", { triesLeft: ["4"] });
  await expect(couriers.deliver("o1", { code: "0000" })).rejects.toMatchObject({ code: "wrong_code" });
  expect(kept()).toEqual([]);
});

test("an order that is where the action leads counts as done", async () => {
  const { server, couriers, kept } = await setup();
  server.routes[`PATCH ${DELIVER}`] = () => problem(409, "illegal_transition", { order: order("o1", 4, "delivered"), status: "delivered", version: 4 });
  expect((await couriers.deliver("o1"))?.status).toBe("delivered");
  expect(kept()).toEqual([]);
});
