import { useCallback, useEffect, useRef, useState } from "react";
import { TimingOrderClient, type TimingOrder } from "./client.js";
import { getApiConfig, type ApiConfig } from "./config.js";

export type ConnectionStatus = "disconnected" | "connected" | "error";

const SHOWN = 5_000; // ms that a new order is announced

/** Put `order` at its place: a new one first, a known one only if it is not older. */
function merged(orders: TimingOrder[], order: TimingOrder): TimingOrder[] {
  const known = orders.find(({ id }) => id === order.id);
  if (!known) return [order, ...orders];
  return order.version < known.version ? orders : orders.map((one) => (one === known ? order : one));
}

function useAdminOrders(token: string | null, config: ApiConfig, arrived: (order: TimingOrder) => void) {
  const [orders, setOrders] = useState<TimingOrder[]>([]);
  const [connectionStatus, setStatus] = useState<ConnectionStatus>("disconnected");
  const newest = useRef(arrived);
  useEffect(() => void (newest.current = arrived));
  const { baseUrl, wsUrl } = config;

  useEffect(() => {
    if (!token) return;
    let mounted = true;
    const client = new TimingOrderClient(wsUrl, token);
    client.maxReconnectAttempts = Infinity;
    const load = async () => {
      const answer = await fetch(`${baseUrl}/api/admin/orders?limit=100`, { headers: { Authorization: `Bearer ${token}` } });
      if (!answer.ok || !mounted) return;
      const { data } = (await answer.json()) as { data: TimingOrder[] };
      setOrders((before) => data.reduceRight(merged, before));
    };
    client.onConnectionChange = (status) => {
      if (!mounted) return;
      setStatus(status);
      if (status === "connected") load().catch(() => undefined); // events go on without the list
    };
    client.onNewOrder = (order) => {
      setOrders((before) => merged(before, order));
      newest.current(order);
    };
    client.onOrderStatusUpdate = (order) => setOrders((before) => merged(before, order));
    client.connect();
    return () => {
      mounted = false;
      client.disconnect();
      setStatus("disconnected");
    };
  }, [token, baseUrl, wsUrl]);

  return { orders, connectionStatus };
}

export interface TimingOrders {
  orders: TimingOrder[];
  connectionStatus: ConnectionStatus;
  /** The newest order, for five seconds. */
  newOrderNotification: TimingOrder | null;
  /** Bring an order into a status; the WebSocket shows the change. Rejects when the server refuses it. */
  updateOrderStatus(orderId: string, status: string): Promise<unknown>;
}

/** All orders, live, for an admin's access token. */
export function useTimingOrders(token: string | null, config: ApiConfig = getApiConfig()): TimingOrders {
  const [newOrderNotification, setNew] = useState<TimingOrder | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const live = useAdminOrders(token, config, (order) => {
    clearTimeout(timer.current);
    setNew(order);
    timer.current = setTimeout(() => setNew(null), SHOWN);
  });
  const { baseUrl } = config;
  const updateOrderStatus = useCallback(
    async (orderId: string, status: string) => {
      const answer = await fetch(`${baseUrl}/api/admin/orders/${encodeURIComponent(orderId)}/status`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
        body: JSON.stringify({ status }),
      });
      const body = (await answer.json()) as { error?: { message: string } };
      if (!answer.ok) throw new Error(body.error?.message ?? "Failed to update order status");
      return body;
    },
    [token, baseUrl],
  );
  return { ...live, newOrderNotification, updateOrderStatus };
}

export interface NativeOptions {
  config?: ApiConfig;
  /** Shows a local notification, such as expo-notifications' `scheduleNotificationAsync`. */
  showLocalNotification?: (title: string, message: string) => void;
}

/** All orders, live, in a React Native app. */
export function useTimingOrdersNative(
  token: string | null,
  { config = getApiConfig(), showLocalNotification }: NativeOptions = {},
): Pick<TimingOrders, "orders" | "connectionStatus"> {
  return useAdminOrders(token, config, (order) =>
    showLocalNotification?.("New Order", `Order #${order.order_number} received`),
  );
}
