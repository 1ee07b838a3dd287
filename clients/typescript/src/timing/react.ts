export { OrderDashboard, OrderStatusBadge, OrderTracking } from "./components.js";
export { useTimingOrders, useTimingOrdersNative, type ConnectionStatus, type NativeOptions, type TimingOrders } from "./hooks.js";
