// What `.` and `./core` have in common.
export type { Auth } from "./auth.js";
export type { Connection, ConnectionState } from "./connection-types.js";
export { isConflict, MetaiaError, type ErrorCode, type Order, type OrderConflict } from "./errors.js";
export type { Events, Schemas, Sends } from "./generated/events.js";
export type { components, operations, paths } from "./generated/schema.js";
export type { Lifecycle, Network } from "./hints.js";
export type { Rest } from "./http.js";
export type { Metaia, MetaiaOptions } from "./metaia.js";
export type { Notification, Notifications, NotificationsState } from "./notifications.js";
export type { Bodies, NewOrder, OrderAction, Orders, OrdersState, OrderStatus } from "./orders.js";
export type { Random } from "./random.js";
export type { RoomKind } from "./rooms.js";
export type { State } from "./states.js";
export { memoryStorage, webStorage, type Storage } from "./storage.js";
export type { Toast } from "./toasts.js";
export type { Session, SessionStore, TokenSource, User } from "./tokens.js";
export type { TransportName } from "./transports/transport.js";
