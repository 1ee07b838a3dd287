// The pages of Timing's guide, with its class names.
import { useEffect, useState, type ReactNode } from "react";
import type { Schemas } from "../generated/events.js";
import { getApiConfig, type ApiConfig } from "./config.js";
import { useTimingOrders } from "./hooks.js";

const BADGES: Record<string, { color: string; text: string }> = {
  pending: { color: "bg-yellow-100 text-yellow-800", text: "Pending" },
  preparing: { color: "bg-blue-100 text-blue-800", text: "Preparing" },
  ready: { color: "bg-green-100 text-green-800", text: "Ready" },
  completed: { color: "bg-gray-100 text-gray-800", text: "Completed" },
  cancelled: { color: "bg-red-100 text-red-800", text: "Cancelled" },
};
const STEPS = [
  { key: "pending", label: "Order Received", icon: "📝" },
  { key: "preparing", label: "Preparing", icon: "👨‍🍳" },
  { key: "ready", label: "Ready for Pickup", icon: "✅" },
  { key: "completed", label: "Completed", icon: "🎉" },
];
const POLL = 30_000; // ms

/** An amount in its currency, in the reader's language. */
const money = (amount: number, currency: string): string =>
  new Intl.NumberFormat(undefined, { style: "currency", currency }).format(amount);

export function OrderStatusBadge({ status }: { status: string }): ReactNode {
  const { color, text } = BADGES[status] ?? BADGES["pending"]!;
  return <span className={`px-2 py-1 rounded-full text-xs font-medium ${color}`}>{text}</span>;
}

/** All orders for an admin, with buttons that change their status. */
export function OrderDashboard({ token, config = getApiConfig() }: { token: string; config?: ApiConfig }): ReactNode {
  const { orders, connectionStatus, newOrderNotification, updateOrderStatus } = useTimingOrders(token, config);
  const [error, setError] = useState<string | null>(null);
  const connected = connectionStatus === "connected";
  const update = (id: string, status: string) =>
    updateOrderStatus(id, status).then(
      () => setError(null),
      (failure: Error) => setError(failure.message),
    );
  return (
    <div className="p-6">
      <p role="status" className={connected ? "bg-green-100 text-green-800" : "bg-red-100 text-red-800"}>
        {connected ? "🟢 Connected" : "🔴 Disconnected"}
      </p>
      {error && <p role="alert">{error}</p>}
      {newOrderNotification && (
        <div role="status" className="mb-4 p-4 bg-blue-50 border border-blue-200 rounded-lg">
          <h3 className="font-bold text-blue-800">🆕 New Order!</h3>
          <p>
            Order #{newOrderNotification.order_number} from {newOrderNotification.customer_info.name}
          </p>
        </div>
      )}
      {orders.map((order) => (
        <div key={order.id} className="border rounded-lg p-4 bg-white shadow">
          <h3 className="font-bold">Order #{order.order_number}</h3>
          <p className="text-gray-600">{order.customer_info.name}</p>
          <OrderStatusBadge status={order.status} />
          <p>Created: {new Date(order.created_at).toLocaleString()}</p>
          <p className="font-semibold">Total: {money(order.total, order.currency)}</p>
          {STEPS.map(({ key }) => (
            <button key={key} disabled={order.status === key} onClick={() => void update(order.id, key)}>
              {BADGES[key]!.text}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

type Tracked = Schemas["TrackedOrder"]["data"];

/** Where one order stands, for its customer; needs no login, and is live. */
export function OrderTracking({ orderId, config = getApiConfig() }: { orderId: string; config?: ApiConfig }): ReactNode {
  const [order, setOrder] = useState<Tracked | null>(null);
  const [loading, setLoading] = useState(true);
  const { baseUrl } = config;
  useEffect(() => {
    const stop = new AbortController();
    void follow(`${baseUrl}/api/orders/${encodeURIComponent(orderId)}/status`, stop.signal, (found) => {
      if (found) setOrder(found);
      setLoading(false);
    });
    return () => stop.abort();
  }, [orderId, baseUrl]);
  if (loading) return <div>Loading order details...</div>;
  if (!order) return <div>Order not found</div>;
  const current = STEPS.findIndex(({ key }) => key === order.status);
  return (
    <div className="max-w-md mx-auto p-6">
      <h2 className="text-2xl font-bold mb-6 text-center">Order #{order.id}</h2>
      <p>{order.customer_info.name}</p>
      {current < 0 && <OrderStatusBadge status={order.status} />}
      <ol aria-label="Status Progress">
        {STEPS.map(({ key, label, icon }, index) => (
          <li key={key} aria-current={index === current ? "step" : undefined}>
            <span className={index <= current ? "bg-green-500 text-white" : "bg-gray-200 text-gray-600"}>
              {index <= current ? "✓" : icon}
            </span>{" "}
            <span className={index <= current ? "text-green-700" : "text-gray-500"}>{label}</span>
          </li>
        ))}
      </ol>
      <ul aria-label="Items">
        {order.items.map((item) => (
          <li key={item.id}>
            {item.quantity}x {item.menu_name} {money(item.price * item.quantity, order.currency)}
          </li>
        ))}
      </ul>
      <p className="font-bold">Total {money(order.total, order.currency)}</p>
    </div>
  );
}

/** Ask until `signal` aborts: each answer waits for a change, and a failure is asked again after 30 seconds. */
async function follow(url: string, signal: AbortSignal, found: (order: Tracked | null) => void): Promise<void> {
  let etag: string | null = null;
  while (!signal.aborted) {
    const began = Date.now();
    try {
      const headers: Record<string, string> = etag ? { "If-None-Match": etag } : {};
      const answer: Response = await fetch(etag ? `${url}?wait=25` : url, { headers, signal });
      if (answer.ok) found(((await answer.json()) as { data: Tracked }).data);
      else if (answer.status !== 304) throw new Error(`HTTP ${answer.status}`);
      etag = answer.headers.get("ETag") ?? etag;
    } catch {
      if (signal.aborted) return;
      found(null);
      etag = null;
    }
    const pause = etag ? Math.max(0, 1_500 - (Date.now() - began)) : POLL;
    await new Promise((done) => setTimeout(done, pause));
  }
}
