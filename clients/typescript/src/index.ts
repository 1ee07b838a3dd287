import { createSocketService } from "./socketService.js";
import { assemble, type Metaia, type MetaiaOptions } from "./metaia.js";
import { poll } from "./transports/poll.js";
import { socketio } from "./transports/socketio.js";
import { sse } from "./transports/sse.js";
import { websocket } from "./transports/websocket.js";

export * from "./exports.js";
export { apiClient, createApiClient, setApiClient, type ApiClient } from "./apiClient.js";
export { createSocketService, type BookingUpdate, type SocketService } from "./socketService.js";
export { orderMethods, type OrderMethods } from "./orderStore.js";
export { WebSocketManager } from "./websocketManager.js";

/** Return a client of the server at `baseUrl`. */
export const createMetaia = (options: MetaiaOptions): Metaia => assemble(options, [socketio, websocket, sse, poll]);

let socketServer = "";

/** Choose the server of `socketService` (default: the page's own). */
export function setSocketServer(baseUrl: string): void {
  socketServer = baseUrl;
}

export const socketService = createSocketService((tokens) =>
  createMetaia({ baseUrl: socketServer, tokens, keep: { orders: 0, notifications: 0 } }),
);
