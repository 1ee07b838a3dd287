// @vitest-environment jsdom
// Timing's guide: its client, hooks and components, on a fake WebSocket.
import { act, render, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OrderDashboard, OrderStatusBadge, OrderTracking, useTimingOrders, useTimingOrdersNative } from "../src/timing/react.js";
import { API_CONFIG, getApiConfig, TimingOrderClient } from "../src/timing/index.js";
import { until } from "./fake.js";

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 1;
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number; reason: string }) => void;
  onerror?: () => void;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  close(code = 1000, reason = "") {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
  message = (type: string, order: object, status?: string) => this.onmessage?.({ data: JSON.stringify({ type, order, status }) });
}
const last = () => FakeSocket.all.at(-1)!;
const order = (id: string, version = 1, status = "pending") => ({
  id, version, status, order_number: id.toUpperCase(), created_at: "2026-01-01T00:00:00Z", total: 20, currency: "THB",
  customer_info: { name: "Nok" }, items: [{ id: "i1", menu_name: "Pad Thai", quantity: 2, price: 10 }],
});
const answers: Record<string, (init: any) => Response> = {};
const json = (data: unknown, status = 200, headers = {}) => new Response(JSON.stringify({ status: "success", data }), { status, headers });

beforeEach(() => {
  FakeSocket.all = [];
  for (const key of Object.keys(answers)) delete answers[key];
  answers["/api/sync"] = () => json({ cursor: "c1", events: [], more: false, resync: false });
  answers["/api/admin/orders"] = () => json([]);
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", vi.fn(async (url: string, init: any) => answers[url.replace(/^https?:\/\/[^/]+/, "").split("?")[0]!]!(init)));
});
afterEach(() => vi.unstubAllGlobals());

test("TimingOrderClient: handlers of the guide, a cursor, nothing twice", async () => {
  const client = new TimingOrderClient("ws://x", "t");
  const [arrived, updated] = [vi.fn(), vi.fn()];
  client.onNewOrder = arrived;
  client.onOrderStatusUpdate = updated;
  client.connect();
  await until(() => client.socket);
  expect(last().url).toBe("ws://x/admin?token=t&cursor=c1");
  last().onopen!();
  last().message("newOrder", order("o1"));
  last().message("orderStatusUpdate", order("o1", 2, "ready"), "ready");
  last().message("unknown", order("o1", 3));
  last().close(1006);
  expect(client.reconnectAttempts).toBe(1);
  await until(() => FakeSocket.all.length === 2);
  last().onopen!();
  expect(last().url).toContain("cursor=c1"); // again from there: what came in between is not lost
  last().message("newOrder", order("o1"));
  expect([client.reconnectAttempts, arrived.mock.calls.length, updated.mock.calls[0]![1]]).toEqual([0, 1, "ready"]);
  client.disconnect();
  expect([client.socket, client.reconnectAttempts]).toEqual([null, 0]); // its own close starts nothing
});

test("TimingOrderClient: gives up after five tries, and at once when refused", async () => {
  vi.useFakeTimers();
  const client = new TimingOrderClient("ws://x", "t");
  answers["/api/sync"] = () => {
    throw new TypeError("offline");
  };
  client.connect();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([client.reconnectAttempts, vi.mocked(fetch).mock.calls.length]).toEqual([5, 6]);
  client.disconnect();
  answers["/api/sync"] = () => json({ cursor: "c" });
  const refused = new TimingOrderClient("ws://x", "t");
  refused.connect();
  await vi.advanceTimersByTimeAsync(10);
  last().close(4403, "forbidden");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
  vi.useRealTimers();
});

test("useTimingOrders: list, new order for five seconds, changes, and no socket after unmount", async () => {
  answers["/api/admin/orders"] = () => json([order("o1")]);
  answers["/api/admin/orders/o1/status"] = ({ body }) => json(order("o1", 2, JSON.parse(body).status));
  const { result, unmount } = renderHook(() => useTimingOrders("t", { baseUrl: "http://x", wsUrl: "ws://x" }));
  expect(result.current.connectionStatus).toBe("disconnected");
  await until(() => FakeSocket.all.length);
  await act(async () => last().onopen!());
  await vi.waitFor(() => expect(result.current.orders.map(({ id }) => id)).toEqual(["o1"]));
  expect(result.current.connectionStatus).toBe("connected");
  vi.useFakeTimers();
  act(() => last().message("newOrder", order("o2")));
  expect(result.current.newOrderNotification!.id).toBe("o2");
  act(() => vi.advanceTimersByTime(5_001));
  expect(result.current.newOrderNotification).toBeNull();
  act(() => last().message("orderStatusUpdate", order("o1", 2, "ready"), "ready"));
  act(() => last().message("orderStatusUpdate", order("o1", 1, "preparing"), "preparing"));
  expect(result.current.orders.find(({ id }) => id === "o1")!.status).toBe("ready");
  await result.current.updateOrderStatus("o1", "completed");
  unmount();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(FakeSocket.all).toHaveLength(1);
  vi.useRealTimers();
});

test("useTimingOrdersNative shows a local notification", async () => {
  const showLocalNotification = vi.fn();
  const { result, unmount } = renderHook(() => useTimingOrdersNative("t", { showLocalNotification }));
  await until(() => FakeSocket.all.length);
  act(() => last().message("newOrder", order("o1")));
  expect(showLocalNotification).toHaveBeenCalledWith("New Order", "Order #O1 received");
  expect(result.current.orders).toHaveLength(1);
  unmount();
});

test("OrderStatusBadge has the guide's texts and classes", () => {
  const { getByText } = render(<OrderStatusBadge status="ready" />);
  expect(getByText("Ready").className).toContain("bg-green-100");
});

test("OrderDashboard shows the reason when the server refuses", async () => {
  answers["/api/admin/orders"] = () => json([order("o1", 1, "cancelled")]);
  answers["/api/admin/orders/o1/status"] = () => new Response(JSON.stringify({ error: { message: "This order is cancelled." } }), { status: 409 });
  const view = render(<OrderDashboard token="t" config={{ baseUrl: "http://x", wsUrl: "ws://x" }} />);
  await until(() => FakeSocket.all.length);
  await act(async () => last().onopen!());
  const button = await view.findByRole("button", { name: "Preparing" });
  await act(async () => button.click());
  expect((await view.findByRole("alert")).textContent).toBe("This order is cancelled.");
  view.unmount();
});

test("OrderTracking shows the steps, and an unknown order", async () => {
  answers["/api/orders/o1/status"] = () => json(order("o1", 1, "preparing"), 200, { ETag: '"1"' });
  answers["/api/orders/o2/status"] = () => json({}, 404);
  const found = render(<OrderTracking orderId="o1" config={{ baseUrl: "http://x", wsUrl: "ws://x" }} />);
  expect((await found.findByText("Preparing")).closest("li")!.getAttribute("aria-current")).toBe("step");
  expect(found.getByText(/2x Pad Thai/)).toBeTruthy();
  found.unmount();
  const missing = render(<OrderTracking orderId="o2" config={{ baseUrl: "http://x", wsUrl: "ws://x" }} />);
  expect(await missing.findByText("Order not found")).toBeTruthy();
  missing.unmount();
});

test("getApiConfig follows NODE_ENV", () => {
  vi.stubEnv("NODE_ENV", "production");
  expect(getApiConfig()).toBe(API_CONFIG.production);
  vi.stubEnv("NODE_ENV", "test");
  expect(getApiConfig()).toBe(API_CONFIG.development);
  vi.unstubAllEnvs();
});
