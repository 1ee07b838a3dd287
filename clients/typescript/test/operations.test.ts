import { expect, test } from "vitest";
import { operationsOf } from "../src/operations/index.js";
import { client, ok, problem } from "./fake.js";

function setup() {
  const given = client();
  return { ...given, operations: operationsOf(given.metaia) };
}

const CANCEL = { action: "cancel", filter: { status: ["pending"] }, reason: "A flood." } as const;

test("a dry run and the operation are the same instruction", async () => {
  const { operations, server } = setup();
  server.routes["POST /api/admin/orders/bulk"] = ({ body }) => ok({ operation: { id: JSON.parse(body!).dryRun ? null : "op1", count: 3 } });
  const given = { ...CANCEL, filter: { status: ["pending" as const] } };
  expect(await operations.try("orders", given)).toMatchObject({ id: null, count: 3 });
  expect(await operations.start("orders", given, 3, "key-1")).toMatchObject({ id: "op1" });
  const [tried, started] = server.of("/api/admin/orders/bulk");
  expect(JSON.parse(tried!.body!)).toEqual({ ...given, dryRun: true });
  expect(JSON.parse(started!.body!)).toEqual({ ...given, dryRun: false, expectedCount: 3 });
  expect([tried, started].map((sent) => sent!.headers["Idempotency-Key"])).toEqual([undefined, "key-1"]);
});

test("another count is an error with the count", async () => {
  const { operations, server } = setup();
  server.routes["POST /api/admin/users/bulk"] = () => problem(409, "count_changed", { count: 4 });
  const given = { action: "disable" as const, ids: ["u1"], reason: "Fraud." };
  await expect(operations.start("users", given, 3)).rejects.toMatchObject({ code: "count_changed", details: { count: 4 } });
});

test("results come in pages, and failed ones alone", async () => {
  const { operations, server } = setup();
  server.routes["GET /api/admin/operations/op1/results"] = () => ok({ results: [{ id: "o1", ok: false }] }, { nextCursor: "c" });
  expect(await operations.results("op1", { ok: false, limit: 1 })).toEqual({ results: [{ id: "o1", ok: false }], nextCursor: "c" });
  expect(server.sent.at(-1)!.path).toBe("/api/admin/operations/op1/results?ok=false&limit=1");
});

test("an operation is cancelled, retried and found in the list", async () => {
  const { operations, server } = setup();
  server.routes["POST /api/admin/operations/op1/cancel"] = () => ok({ operation: { id: "op1", state: "cancelled" } });
  server.routes["POST /api/admin/operations/op1/retry"] = () => ok({ operation: { id: "op1", state: "queued" } });
  server.routes["GET /api/admin/operations"] = () => ok({ operations: [{ id: "op1" }] }, { nextCursor: null });
  server.routes["GET /api/admin/operations/op1"] = () => ok({ operation: { id: "op1" } });
  expect(await operations.cancel("op1")).toMatchObject({ state: "cancelled" });
  expect(await operations.retry("op1")).toMatchObject({ state: "queued" });
  expect(await operations.list({ kind: "orders" })).toEqual({ operations: [{ id: "op1" }], nextCursor: null });
  expect(await operations.get("op1")).toEqual({ id: "op1" });
});
