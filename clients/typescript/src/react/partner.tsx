// The hooks of the first partner app, and of the booking apps.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Metaia } from "../metaia.js";
import { orderMethods, type OrderMethods } from "../orderStore.js";
import type { OrdersState } from "../orders.js";
import type { SocketService } from "../socketService.js";
import type { State } from "../states.js";
import type { Toast } from "../toasts.js";
import { WebSocketManager } from "../websocketManager.js";
import { useEvent, useMetaia } from "./context.js";
import { useConnection, useStore } from "./hooks.js";

const managers = new WeakMap<Metaia, WebSocketManager>();

function managerOf(metaia: Metaia): WebSocketManager {
  const manager = managers.get(metaia) ?? new WebSocketManager(metaia);
  managers.set(metaia, manager);
  return manager;
}

export interface WebSocketHook extends Pick<WebSocketManager, "emit" | "joinRoom" | "leaveRoom" | "connect" | "disconnect"> {
  isConnected: boolean;
  state: State;
  error: string | null;
  lastEvent: { name: string; data: any } | null;
  /** Events that wait for the connection. */
  queued: number;
}

/** The connection, its rooms and its newest event. It follows the login: see MetaiaProvider. */
export function useWebSocket(): WebSocketHook {
  const metaia = useMetaia();
  const { isConnected, state, error } = useConnection();
  const manager = managerOf(metaia);
  const [lastEvent, setLast] = useState<{ name: string; data: any } | null>(null);
  const [queued, setQueued] = useState(0);
  useEffect(() => metaia.onAny((data, name) => name !== "sync" && setLast({ name, data })), [metaia]);
  const emit = useCallback<WebSocketManager["emit"]>(
    (name, data) => {
      const sent = manager.emit(name, data);
      setQueued(manager.queued);
      const settle = () => setQueued(manager.queued);
      sent.then(settle, settle);
      return sent;
    },
    [manager],
  );
  const bound = useMemo(
    () => ({
      connect: () => manager.connect(),
      disconnect: () => manager.disconnect(),
      joinRoom: (room: string) => manager.joinRoom(room),
      leaveRoom: (room: string) => manager.leaveRoom(room),
    }),
    [manager],
  );
  return { isConnected, state, error, emit, lastEvent, queued, ...bound };
}

/** The store of orders with the methods that change them; `select` chooses a part. */
export function useOrderStore(): OrdersState & OrderMethods;
export function useOrderStore<R>(select: (store: OrdersState & OrderMethods) => R): R;
export function useOrderStore<R>(select?: (store: OrdersState & OrderMethods) => R): R | (OrdersState & OrderMethods) {
  const metaia = useMetaia();
  const state = useStore(metaia.orders.store);
  const whole = useMemo(() => ({ ...state, ...orderMethods(metaia) }), [state, metaia]);
  return select ? select(whole) : whole;
}

export interface RealTimeOrdersOptions {
  onToast?: (toast: Toast) => void;
}

/** Orders that follow every event, in the partner's room, with a toast for each notification and each refusal. */
export function useRealTimeOrders({ onToast }: RealTimeOrdersOptions = {}): OrdersState & { isConnected: boolean } {
  const metaia = useMetaia();
  const { isConnected } = useConnection();
  const state = useStore(metaia.orders.store);
  const toast = useRef(onToast);
  useEffect(() => void (toast.current = onToast));
  const { user } = metaia.auth;
  const partner = user && ["tailor", "vendor"].includes(user.role) ? user.id : undefined;
  useEffect(() => (partner ? metaia.rooms.join("partner", partner) : undefined), [metaia, partner]);
  useEffect(() => metaia.toasts.subscribe((one) => toast.current?.(one)), [metaia]);
  useEvent("new_notification", ({ type, title, message, data }) =>
    toast.current?.({ kind: "info", code: type, title, message, orderId: data?.orderId }),
  );
  return useMemo(() => ({ ...state, isConnected }), [state, isConnected]);
}

export type SocketContextValue = Pick<
  SocketService,
  "isConnected" | "joinBookingRoom" | "leaveBookingRoom" | "subscribeToBookingUpdates"
>;

export const SocketContext = createContext<SocketContextValue | null>(null);

export interface SocketProviderProps {
  /** `socketService` of this package. */
  service: SocketService;
  /** The access token, or a function that returns one that is still good; null: logged out. */
  token: Parameters<SocketService["connect"]>[0] | null;
  children?: ReactNode;
}

/** Connects `service` while there is a token, and gives its functions to `useSocket`. */
export function SocketProvider({ service, token, children }: SocketProviderProps): ReactNode {
  const [isConnected, setConnected] = useState(service.isConnected);
  useEffect(() => {
    if (!token) return;
    const client = service.connect(token);
    setConnected(client.connection.isConnected);
    const stop = client.connection.subscribe((state) => setConnected(state.isConnected));
    return () => {
      stop();
      service.disconnect();
      setConnected(false);
    };
  }, [service, token]);
  const value = useMemo(() => {
    const { joinBookingRoom, leaveBookingRoom, subscribeToBookingUpdates } = service;
    return { isConnected, joinBookingRoom, leaveBookingRoom, subscribeToBookingUpdates };
  }, [service, isConnected]);
  return <SocketContext.Provider value={value}>{children}</SocketContext.Provider>;
}

/** The socket of the nearest SocketProvider. */
export function useSocket(): SocketContextValue {
  const found = useContext(SocketContext);
  if (!found) throw new Error("Put <SocketProvider> around the components that use the socket.");
  return found;
}
