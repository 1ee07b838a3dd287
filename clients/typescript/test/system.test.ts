// The state of the installation: what is asked for, and how it is returned.
import { expect, test } from "vitest";
import { systemOf } from "../src/system/index.js";
import { client, ok } from "./fake.js";

function setup() {
  const given = client();
  return { ...given, system: systemOf(given.metaia) };
}

test("one client has one system", () => {
  const { metaia, system } = setup();
  expect(systemOf(metaia)).toBe(system);
});

test("statistics and durations are the values of their answers", async () => {
  const { server, system } = setup();
  server.routes["GET /api/system/stats"] = () => ok({ stats: { rooms: 3 } });
  server.routes["GET /api/system/performance"] = () => ok({ performance: { window: "5m" } });
  expect(await system.stats()).toEqual({ rooms: 3 });
  expect(await system.performance("5m")).toEqual({ window: "5m" });
  expect(server.of("/api/system/performance")[0]!.path).toContain("window=5m");
});

test("errors come in pages, and are resolved by their fingerprint", async () => {
  const { server, system } = setup();
  server.routes["GET /api/system/errors"] = () => ok({ errors: [{ fingerprint: "f1" }] }, { nextCursor: "c1" });
  server.routes["GET /api/system/errors/f1"] = () => ok({ error: { fingerprint: "f1", stack: "s" } });
  server.routes["PATCH /api/system/errors/f1"] = ({ body }) => ok({ error: { fingerprint: "f1", ...JSON.parse(body!) } });
  expect(await system.errors({ state: "open" })).toEqual({ errors: [{ fingerprint: "f1" }], nextCursor: "c1" });
  expect(server.of("/api/system/errors")[0]!.path).toContain("state=open");
  expect(await system.error("f1")).toMatchObject({ stack: "s" });
  expect(await system.changeError("f1", "resolved")).toMatchObject({ state: "resolved" });
});

test("events are revealed with a reason only", async () => {
  const { server, system } = setup();
  server.routes["GET /api/system/events"] = () => ok({ events: [] }, { nextCursor: "e.2", previousCursor: null });
  expect(await system.events({ after: "e.1" })).toEqual({ events: [], nextCursor: "e.2", previousCursor: null });
  await system.events({}, { reason: "A customer asks." });
  const [plain, revealed] = server.of("/api/system/events");
  expect(plain!.path).not.toContain("reveal");
  expect(new URL(revealed!.path, "http://x").searchParams.get("reason")).toBe("A customer asks.");
  expect(revealed!.path).toContain("reveal=true");
});

test("the version needs no login, and the types are a list", async () => {
  const { server, system } = setup();
  server.routes["GET /api/system/version"] = () => ok({ version: "1", commit: null });
  server.routes["GET /api/system/events/types"] = () => ok({ types: [{ type: "order.created" }] });
  expect(await system.version()).toMatchObject({ version: "1" });
  expect(server.of("/api/system/version")[0]!.headers["Authorization"]).toBeUndefined();
  expect(await system.eventTypes()).toEqual([{ type: "order.created" }]);
});
