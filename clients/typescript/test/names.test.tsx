// @vitest-environment jsdom
// The names that the apps' own documents use do what those documents describe.
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { createApiClient, createSocketService, WebSocketManager } from "../src/index.js";
import { MetaiaProvider, SocketProvider, useOrderStore, useRealTimeOrders, useSocket, useWebSocket } from "../src/react/index.js";
import { nativeParts } from "../src/native.js";
import { client, FakeTransport, ok, order, problem, token, until, user } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: connections come back at once

afterEach(() => vi.useRealTimers());

const connected = async (given = client()) => {
  given.metaia.connection.start();
  await until(() => given.transport.links.length);
  given.transport.live();
  await until(() => given.metaia.connection.isConnected);
  return given;
};
const wrapperOf = (given: ReturnType<typeof client>) => ({
  wrapper: ({ children }: { children: ReactNode }) => <MetaiaProvider client={given.metaia}>{children}</MetaiaProvider>,
});

test("WebSocketManager: an event waits for the connection, and is not sent after its time", async () => {
  const given = client();
  const manager = new WebSocketManager(given.metaia);
  manager.connect();
  const sent = manager.emit("presence:set", { status: "busy" });
  expect(manager.queued).toBe(1);
  await until(() => given.transport.links.length);
  given.transport.live();
  await sent;
  expect(given.transport.last.requests.map(([name]) => name)).toContain("presence:set");
  vi.useFakeTimers();
  given.transport.last.end({ code: "lost" });
  const late = expect(manager.emit("presence:set", {})).rejects.toMatchObject({ code: "not_live" });
  await vi.advanceTimersByTimeAsync(11_000);
  await late;
  expect(manager.queued).toBe(0);
  manager.disconnect();
  expect(manager.state).toBe("idle");
});

test("WebSocketManager: rooms survive a reconnect; on and off", async () => {
  const given = await connected();
  const manager = new WebSocketManager(given.metaia);
  const seen = vi.fn();
  manager.on("order_update", seen);
  manager.joinRoom("order-o1");
  manager.joinRoom("order-o1");
  given.transport.last.end({ code: "lost" });
  await until(() => given.transport.links.length === 2);
  given.transport.live();
  await until(() => given.transport.last.requests.some(([name]) => name === "join_order_room"));
  given.transport.last.event("order_update", { eventId: "e1", order: order("o1", 1) }, "c");
  manager.off("order_update", seen);
  given.transport.last.event("order_update", { eventId: "e2", order: order("o1", 2) }, "d");
  expect(seen).toHaveBeenCalledTimes(1);
  given.metaia.close();
});

test("useWebSocket: state, newest event, emit", async () => {
  const given = await connected();
  const { result, unmount } = renderHook(() => useWebSocket(), wrapperOf(given));
  expect(result.current).toMatchObject({ isConnected: true, state: "live", error: null, queued: 0 });
  act(() => given.transport.last.event("order_update", { eventId: "e1", order: order("o1", 1) }, "c"));
  expect(result.current.lastEvent!.name).toBe("order_update");
  await act(async () => void (await result.current.emit("presence:set", { status: "busy" })));
  unmount();
});

test("useRealTimeOrders: joins the partner's room, follows events, and toasts", async () => {
  const given = client();
  const onToast = vi.fn();
  const { result } = renderHook(() => useRealTimeOrders({ onToast }), wrapperOf(given));
  await until(() => given.transport.links.length);
  await act(async () => {
    given.transport.live();
    await until(() => given.metaia.connection.isConnected);
  });
  act(() => {
    given.transport.last.event("order_update", { eventId: "e1", order: order("o1", 1) }, "c");
    given.transport.last.event("new_notification", { eventId: "e2", id: "n1", type: "order_new", title: "New", message: "m", data: { orderId: "o1" } }, "d");
  });
  expect(result.current.orders).toHaveLength(1);
  expect(onToast).toHaveBeenCalledWith(expect.objectContaining({ kind: "info", title: "New", orderId: "o1" }));
});

test("useOrderStore: six methods", async () => {
  const given = client();
  const { result } = renderHook(() => useOrderStore(), wrapperOf(given));
  act(() => result.current.addOrderToStore(order("o1", 1)));
  act(() => result.current.updateOrderInStore("o1", { message: "soon" }));
  expect(result.current.orders[0]).toMatchObject({ message: "soon" });
  for (const [name, version, status] of [["accept", 2, "accepted"], ["ready", 3, "ready"]] as const)
    given.server.routes[`PATCH /api/orders/o1/${name}`] = () => ok({ order: order("o1", version, status) });
  await act(async () => void (await result.current.acceptOrder("o1", 20, "welcome")));
  await act(async () => void (await result.current.markOrderReady("o1", "17:30")));
  expect(result.current.byId["o1"]!.status).toBe("ready");
  expect(given.server.of("/api/orders/o1/accept")[0]!.body).toBe('{"estimatedTime":20,"message":"welcome"}');
  expect(given.server.of("/api/orders/o1/ready")[0]!.body).toBe('{"estimatedPickupTime":"17:30"}');
  given.server.routes["PATCH /api/orders/o1/reject"] = () => problem(409, "illegal_transition", { order: order("o1", 4, "completed") });
  await act(() => expect(result.current.rejectOrder("o1", "too_busy")).rejects.toMatchObject({ status: 409 }));
  expect(result.current.byId["o1"]!.status).toBe("completed");
  act(() => result.current.removeOrderFromStore("o1"));
  expect(result.current.orders).toEqual([]);
});

test("apiClient: accept, reject, ready", async () => {
  const given = client();
  const api = createApiClient(given.metaia);
  given.server.routes["PATCH /api/orders/o1/accept"] = () => ok({ order: order("o1", 2, "accepted") });
  expect((await api.acceptOrder("o1", { estimatedTime: 5 })).status).toBe("accepted");
  await api.acceptOrder("o1");
  const [first, second] = given.server.of("/api/orders/o1/accept");
  expect(second!.body).toBe("{}");
  expect(first!.headers["Idempotency-Key"]).not.toBe(second!.headers["Idempotency-Key"]);
});

test("socketService: rooms before and after connecting, callbacks of one booking, a fixed token that is over", async () => {
  const transport = new FakeTransport();
  const service = createSocketService((tokens) => client({ tokens }, [transport]).metaia);
  const seen = vi.fn();
  service.joinBookingRoom("b1");
  const stop = service.subscribeToBookingUpdates("b1", seen);
  service.connect(token(1));
  await until(() => transport.links.length);
  transport.live();
  await until(() => transport.last.requests.some(([name, data]) => name === "join_booking_room" && data.bookingId === "b1"));
  for (const bookingId of ["b1", "b2"])
    transport.last.event("booking-status-update", { eventId: bookingId, bookingId, status: "confirmed" }, bookingId);
  stop();
  transport.last.event("booking-status-update", { eventId: "x", bookingId: "b1", status: "completed" }, "x");
  expect(seen.mock.calls.map(([data]) => data.status)).toEqual(["confirmed"]);
  transport.last.end({ code: "token_expired" });
  await until(() => service.client!.connection.state === "signed_out");
  service.disconnect();
});

test("a room that the server does not have is asked for once", async () => {
  const given = await connected();
  given.transport.answer = (name) => (name === "join_booking_room" ? { ok: false, error: { code: "unknown_event" } } : { ok: true, data: {} });
  for (let n = 0; n < 20; n++) {
    given.metaia.rooms.join("booking", `b${n}`);
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(given.transport.last.requests.filter(([name]) => name === "join_booking_room").length).toBeLessThan(3);
  given.metaia.close();
});

test("SocketProvider and useSocket follow the token", async () => {
  const transport = new FakeTransport();
  const service = createSocketService((tokens) => client({ tokens }, [transport]).metaia);
  const { result, unmount } = renderHook(() => useSocket(), {
    wrapper: ({ children }) => <SocketProvider service={service} token={token(1)}>{children}</SocketProvider>,
  });
  expect(result.current.isConnected).toBe(false);
  await until(() => transport.links.length);
  await act(async () => {
    transport.live();
    await until(() => service.isConnected);
  });
  expect(result.current.isConnected).toBe(true);
  unmount();
  expect(transport.last.closed).toBe(true);
});

test("nativeParts: works with the app's modules, without crypto, EventSource or URL", async () => {
  let change = (_: string) => {};
  const values = new Map<string, string>();
  const remove = vi.fn();
  const parts = nativeParts({
    AppState: { addEventListener: (_, handler) => ((change = handler), { remove }) },
    AsyncStorage: {
      getItem: async (key) => values.get(key) ?? null,
      setItem: async (key, value) => void values.set(key, value),
      removeItem: async (key) => void values.delete(key),
    },
    SecureStore: {
      getItemAsync: async (key) => values.get(key) ?? null,
      setItemAsync: async (key, value) => void values.set(key, value),
      deleteItemAsync: async (key) => void values.delete(key),
    },
    Crypto: { getRandomValues: (bytes) => bytes },
  });
  for (const name of ["crypto", "EventSource", "URL", "BroadcastChannel", "localStorage"]) vi.stubGlobal(name, undefined);
  const given = client({ ...(parts as object), tokens: parts.tokens! });
  given.server.routes["POST /api/auth/login"] = () => ok({ user: user(), accessToken: token(1), refreshToken: "r" });
  await given.metaia.auth.login({ email: "a@x.example", password: "p" });
  given.metaia.connection.start();
  await until(() => given.transport.links.length);
  given.transport.live();
  await until(() => given.metaia.connection.isConnected);
  expect([...values.keys()].join()).toContain("metaia.session");
  change("background");
  change("active");
  given.metaia.close();
  expect(remove).toHaveBeenCalled();
  vi.unstubAllGlobals();
});
