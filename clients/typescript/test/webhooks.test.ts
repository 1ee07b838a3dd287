import { expect, test } from "vitest";
import { webhooksOf } from "../src/webhooks/index.js";
import { client, ok, problem } from "./fake.js";

const PATH = "/api/webhook-endpoints";

function setup() {
  const given = client();
  return { ...given, webhooks: webhooksOf(given.metaia) };
}

test("an endpoint is created with its secret, and changed as it is shown", async () => {
  const { webhooks, server } = setup();
  server.routes[`POST ${PATH}`] = ({ body }) => ok({ endpoint: { id: "e1", version: 1, ...JSON.parse(body!) }, secret: "whsec_x" });
  server.routes[`PATCH ${PATH}/e1`] = () => problem(409, "stale_version", { version: 2 });
  const { endpoint, secret } = await webhooks.create({ url: "https://example.com", events: ["order.*"] });
  expect([endpoint.events, secret]).toEqual([["order.*"], "whsec_x"]);
  await expect(webhooks.change(endpoint, { active: false })).rejects.toMatchObject({ code: "stale_version" });
  expect(JSON.parse(server.of(`${PATH}/e1`)[0]!.body!)).toEqual({ active: false, expectedVersion: 1 });
});

test("deliveries have their page, their filter and the next cursor", async () => {
  const { webhooks, server } = setup();
  server.routes[`GET ${PATH}/e1/deliveries`] = () => ok({ deliveries: [{ id: "d1" }] }, { nextCursor: "c" });
  expect(await webhooks.deliveries("e1", { state: "failed" })).toEqual({ deliveries: [{ id: "d1" }], nextCursor: "c" });
  expect(server.sent.map(({ path }) => path)).toEqual([`${PATH}/e1/deliveries?state=failed`]);
});

test("a replay has a key, a retry and a test have none", async () => {
  const { webhooks, server } = setup();
  server.routes[`POST ${PATH}/e1/replay`] = () => ok({ count: 3 });
  server.routes["POST /api/webhook-deliveries/d1/retry"] = () => ok({ delivery: { id: "d1", state: "pending" } });
  server.routes[`POST ${PATH}/e1/test`] = () => ok({ call: { status: 200, ms: 7, error: null } });
  expect(await webhooks.replay("e1", { from: "2026-11-29T00:00:00Z", failedOnly: true })).toBe(3);
  expect(await webhooks.retry("d1")).toMatchObject({ state: "pending" });
  expect(await webhooks.test("e1")).toMatchObject({ status: 200 });
  expect(server.sent.map(({ headers }) => "Idempotency-Key" in headers)).toEqual([true, false, false]);
});
