// The client without socket.io-client: plain WebSocket, event stream or polling. It receives all, and sends by REST.
import { assemble, type Metaia, type MetaiaOptions } from "./metaia.js";
import { poll } from "./transports/poll.js";
import { sse } from "./transports/sse.js";
import { websocket } from "./transports/websocket.js";

export * from "./exports.js";

/** Return a client of the server at `baseUrl`. */
export const createMetaia = (options: MetaiaOptions): Metaia => assemble(options, [websocket, sse, poll]);
