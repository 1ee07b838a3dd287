import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createBackoff } from "../src/backoff.js";
import { MetaiaError } from "../src/errors.js";
import { memoryStorage } from "../src/storage.js";
import { client, FakeTransport, ok, order, problem, token, until, user } from "./fake.js";

let now: ReturnType<typeof client>;
const state = () => now.metaia.connection.state;
const start = async (given = client()) => {
  now = given;
  now.metaia.connection.start();
  await until(() => now.transport.links.length);
  return now;
};
const live = async (given = client()) => {
  await start(given);
  now.transport.live();
  await until(() => state() === "live");
  return now;
};

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => {
  now.metaia.close();
  vi.useRealTimers();
});

describe("the way to live", () => {
  test("is live only after sync.complete and the first fetch", async () => {
    const { transport, server, metaia } = await start();
    expect(state()).toBe("connecting");
    transport.last.open();
    expect(state()).toBe("syncing");
    transport.last.event("sync", { cursor: "c1", replayed: 500, complete: false, resync: false }, "c1");
    expect([state(), metaia.connection.isConnected]).toEqual(["syncing", false]);
    transport.last.event("sync", { cursor: "c2", replayed: 2, complete: true, resync: false }, "c2");
    expect(state()).toBe("refetching");
    await until(() => metaia.connection.isConnected);
    expect(server.of("/api/orders")).toHaveLength(1);
  });

  test("is live only after the place is stored: a program that is killed then misses nothing", async () => {
    const storage = memoryStorage();
    await live(client({ storage }));
    expect(storage.get("metaia:http://server.example:u1:place")).toContain("c1");
  });

  test("comes back with its cursor and fetches nothing again", async () => {
    const { transport, server } = await live();
    transport.last.event("order_update", { eventId: "e1", order: order("o1", 1) }, "c7");
    transport.last.end({ code: "lost" });
    await until(() => transport.links.length === 2);
    expect(transport.last.opening.cursor).toBe("c7");
    transport.live("c8");
    await until(() => state() === "live");
    expect(server.of("/api/orders")).toHaveLength(1);
  });

  test("fetches again when the cursor is too old, and keeps the old cursor until then", async () => {
    const { transport, server, storage, metaia } = await live();
    await until(async () => String(await storage.get("metaia:http://server.example:u1:place")).includes("c1"));
    let release = () => {};
    server.routes["GET /api/orders"] = () =>
      new Promise((done) => (release = () => done(ok({ orders: [order("o9", 3)] }, { nextCursor: null }))));
    transport.last.end({ code: "lost" });
    await until(() => transport.links.length === 2);
    transport.live("c99", true);
    await until(() => state() === "refetching");
    await new Promise((done) => setTimeout(done, 400)); // longer than saving takes
    expect(await storage.get("metaia:http://server.example:u1:place")).toContain("c1");
    release();
    await until(() => state() === "live");
    expect(metaia.orders.get("o9")!.version).toBe(3);
    await until(async () => String(await storage.get("metaia:http://server.example:u1:place")).includes("c99"));
  });

  test("a fetch that fails is made up for on the next connection", async () => {
    const { transport, server } = await live();
    transport.last.end({ code: "lost" });
    await until(() => transport.links.length === 2);
    server.routes["GET /api/orders"] = () => problem(500, "internal_error");
    transport.live("c9", true);
    await until(() => transport.links.length === 3);
    server.routes["GET /api/orders"] = () => ok({ orders: [order("o5", 2)] }, { nextCursor: null });
    transport.live("c10", false);
    await until(() => state() === "live");
    expect(now.metaia.orders.get("o5")).toBeTruthy();
  });
});

describe("refusals", () => {
  test("token_expired: another token at once", async () => {
    const given = [token(1), token(2)];
    const rest = [...given];
    const access = vi.fn(async (_?: string) => ({ accessToken: rest.shift()!, user: user() }));
    const { transport } = await start(client({ tokens: { access } }));
    transport.last.end({ code: "token_expired" });
    await until(() => transport.links.length === 2);
    expect(access.mock.calls[1]![0]).toBe(given[0]);
    expect(transport.last.opening.token).toBe(given[1]);
  });

  test("session_ended: signed out, and no more tries", async () => {
    const onSignedOut = vi.fn();
    const { transport } = await live(client({ onSignedOut }));
    transport.last.end({ code: "session_ended" });
    expect(state()).toBe("signed_out");
    expect(onSignedOut).toHaveBeenCalledWith("session_ended");
    await new Promise((done) => setTimeout(done, 50));
    expect(transport.links).toHaveLength(1);
  });

  test("a refusal that a socket does not show is asked for over REST", async () => {
    const { transport, server } = await start();
    server.routes["GET /api/sync"] = () => problem(429, "rate_limited", {}, { "Retry-After": "7" });
    transport.last.end({ code: "lost" });
    await until(() => transport.links.length === 2);
    transport.last.end({ code: "lost" });
    await until(() => now.metaia.connection.store.getState().retryAt);
    const wait = now.metaia.connection.store.getState().retryAt! - Date.now();
    expect(wait).toBeGreaterThan(6_500);
  });

  test("sockets fail three times while REST answers: the next transport, at the same cursor", async () => {
    const [first, second] = [new FakeTransport("socketio"), new FakeTransport("poll", false)];
    now = client({}, [first, second]);
    now.metaia.connection.start();
    for (let n = 1; n <= 3; n++) {
      await until(() => first.links.length === n);
      if (n === 1) first.last.event("order_update", { eventId: "e", order: order("o1", 1) }, "c5");
      first.last.end({ code: "lost" });
    }
    await until(() => second.links.length);
    expect(second.last.opening.cursor).toBe("c5");
  });

  test("a fallback is remembered, and the first transport is tried again after five minutes", async () => {
    const storage = memoryStorage();
    storage.set("metaia:http://server.example:transport", "poll");
    const [first, second] = [new FakeTransport("socketio"), new FakeTransport("poll", false)];
    now = client({ storage }, [first, second]);
    now.metaia.connection.start();
    await until(() => second.links.length);
    expect(first.links).toHaveLength(0);
    vi.useFakeTimers();
    second.live();
    await vi.advanceTimersByTimeAsync(299_000);
    expect(first.links).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([first.links.length, second.last.closed]).toEqual([1, true]);
    first.last.end({ code: "lost" }); // still no sockets: one failure leads back
    await vi.advanceTimersByTimeAsync(30_000);
    expect([first.links.length, second.links.length]).toEqual([1, 2]);
    second.live();
    await vi.advanceTimersByTimeAsync(302_000);
    expect(first.links).toHaveLength(1); // ten minutes the second time
    await vi.advanceTimersByTimeAsync(302_000);
    expect(first.links).toHaveLength(2);
    first.live();
    await vi.advanceTimersByTimeAsync(100);
    vi.useRealTimers();
    expect(storage.get("metaia:http://server.example:transport")).toBe("socketio");
  });

  test("where WebSockets are blocked, the event stream is reached after four failures", async () => {
    vi.mocked(Math.random).mockReturnValue(0.9);
    const ways = [new FakeTransport("socketio"), new FakeTransport("ws", false), new FakeTransport("sse", false)];
    now = client({}, ways);
    now.metaia.connection.start();
    const began = Date.now();
    for (const [way, count] of [[ways[0]!, 1], [ways[0]!, 2], [ways[0]!, 3], [ways[1]!, 1]] as const) {
      await until(() => way.links.length === count);
      way.last.end({ code: "lost" });
    }
    await until(() => ways[2]!.links.length);
    expect(Date.now() - began).toBeLessThan(3_000);
  });

  test("a fallback that has worked is kept when it is cut", async () => {
    const storage = memoryStorage();
    storage.set("metaia:http://server.example:transport", "ws");
    const ways = [new FakeTransport("socketio"), new FakeTransport("ws", false), new FakeTransport("sse", false)];
    now = client({ storage }, ways);
    now.metaia.connection.start();
    await until(() => ways[1]!.links.length);
    vi.useFakeTimers();
    ways[1]!.live();
    await vi.advanceTimersByTimeAsync(20_000);
    ways[1]!.last.end({ code: "lost" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ways.map((way) => way.links.length)).toEqual([0, 2, 0]);
  });

  test("no network at all: the transport stays", async () => {
    const [first, second] = [new FakeTransport("socketio"), new FakeTransport("poll", false)];
    now = client({}, [first, second]);
    now.server.routes["GET /api/sync"] = () => new TypeError("offline");
    now.metaia.connection.start();
    for (let n = 1; n <= 5; n++) {
      await until(() => first.links.length === n);
      first.last.end({ code: "lost" });
    }
    expect(second.links).toHaveLength(0);
  });
});

describe("hints", () => {
  const hint = () => {
    const handlers = new Set<(on: boolean) => void>();
    return { send: (on: boolean) => handlers.forEach((one) => one(on)), subscribe: (one: any) => (handlers.add(one), () => void handlers.delete(one)), handlers };
  };

  test("online ends the waiting", async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    const network = hint();
    const { transport } = await start(client({ network }));
    transport.last.end({ code: "lost" });
    transport.last.end({ code: "lost" });
    await until(() => state() === "waiting");
    network.send(true);
    await until(() => transport.links.length === 2);
  });

  test("after a pause the line is probed, and dropped without an answer", async () => {
    const network = hint();
    const { transport } = await live(client({ network }));
    transport.answer = () => Promise.reject(new Error("timeout"));
    network.send(true);
    await until(() => transport.links.length === 2);
    expect(transport.links[0]!.closed).toBe(true);
  });

  test("a line that answers is kept", async () => {
    const network = hint();
    const { transport } = await live(client({ network }));
    network.send(true);
    await new Promise((done) => setTimeout(done, 30));
    expect([transport.links.length, state()]).toEqual([1, "live"]);
  });

  test("stop leaves no listener, link or timer", async () => {
    const [network, lifecycle] = [hint(), hint()];
    const { transport, metaia } = await live(client({ network, lifecycle }));
    metaia.connection.stop();
    expect([network.handlers.size, lifecycle.handlers.size, transport.last.closed, state()]).toEqual([0, 0, true, "idle"]);
  });

  test("`navigator.onLine` never stops a try", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    await live();
    vi.unstubAllGlobals();
  });
});

test("a page that wakes with a token that is over makes one refresh, and uses the old token in no handshake", async () => {
  const lifecycle = { change: (_: boolean) => {}, subscribe: (one: any) => ((lifecycle.change = one), () => undefined) };
  let n = 0;
  const access = vi.fn(async () => ({ accessToken: token(++n), user: user() }));
  const { transport } = await live(client({ lifecycle, tokens: { access } }));
  lifecycle.change(false);
  vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ["Date"] });
  transport.answer = () => Promise.reject(new Error("dead"));
  lifecycle.change(true);
  await until(() => transport.links.length === 2);
  vi.useRealTimers();
  expect(access).toHaveBeenCalledTimes(2);
  expect(transport.last.opening.token).not.toBe(transport.links[0]!.opening.token);
});

test("after a restart of the server, clients come back over at least 5 s, and at most a fifth of them in any half second", async () => {
  vi.mocked(Math.random).mockRestore();
  now = client();
  const waits = await Promise.all(
    Array.from({ length: 500 }, async () => (await createBackoff([new FakeTransport()], now.metaia.rest).failed({ code: "lost" }, true)).ms),
  );
  const halves = waits.reduce<Record<number, number>>((sum, ms) => ({ ...sum, [Math.floor(ms / 500)]: (sum[Math.floor(ms / 500)] ?? 0) + 1 }), {});
  expect(Math.max(...Object.values(halves))).toBeLessThan(100);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(5000);
});

describe("sending", () => {
  test("rejects unless live", async () => {
    const { metaia } = await start();
    await expect(metaia.request("presence:set", { status: "busy" })).rejects.toMatchObject({ code: "not_live" });
  });

  test("resolves to the data of the acknowledgement, or rejects with its error", async () => {
    const { metaia, transport } = await live();
    transport.answer = (_, data) =>
      data.status === "busy" ? { ok: true, data: { status: "busy" } } : { ok: false, error: { code: "invalid", message: "no", details: {} } };
    expect(await metaia.request("presence:set", { status: "busy" })).toEqual({ status: "busy" });
    await expect(metaia.request("presence:set", { status: "x" as never })).rejects.toBeInstanceOf(MetaiaError);
  });

  test("wished rooms are joined once for all holders, and again on each connection", async () => {
    const { metaia, transport } = await live();
    const leave = [metaia.rooms.join("order", "o1"), metaia.rooms.join("order", "o1")];
    const joins = () => transport.last.requests.filter(([name]) => name === "join_order_room").length;
    expect(joins()).toBe(1);
    transport.last.end({ code: "lost" });
    await until(() => transport.links.length === 2);
    transport.live("c2");
    await until(() => joins() === 1);
    leave[0]!();
    leave[0]!(); // twice is once
    expect(transport.last.requests.some(([name]) => name === "leave_order_room")).toBe(false);
    leave[1]!();
    expect(transport.last.requests.at(-1)).toEqual(["leave_order_room", { orderId: "o1" }]);
  });

  test("the open connection gets a newer token at 80 % of the old one's life", async () => {
    let n = 0;
    const access = async () => ({ accessToken: token(++n, 4), user: user() });
    const { transport } = await live(client({ tokens: { access } }));
    await until(() => transport.last.requests.some(([name]) => name === "auth:refresh"));
    expect(transport.links).toHaveLength(1);
  });
});

test("the same table leads every state back to idle", async () => {
  const { next } = await import("../src/states.js");
  for (const one of ["idle", "preparing", "connecting", "syncing", "refetching", "live", "waiting", "suspended", "signed_out"] as const)
    expect(next(one, "stop")).toBe("idle");
  expect(next("live", "hidden")).toBe("suspended");
  expect(next("idle", "failed")).toBeUndefined();
});
