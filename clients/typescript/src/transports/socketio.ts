// Socket.IO: the only transport on which a client sends events. Reconnecting is the connection's work, not the library's.
import { io } from "socket.io-client";
import { guarded, type Transport } from "./transport.js";

export const socketio: Transport = {
  name: "socketio",
  usable: () => true,
  open({ baseUrl, token, cursor, handlers }) {
    const { open, event, end, stop } = guarded(handlers);
    const socket = io(baseUrl, {
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      timeout: 10_000,
      auth: cursor ? { token, cursor } : { token },
    });
    socket.on("connect", open);
    socket.onAny((name: string, data: any, answer?: () => void) => {
      event(name, data, data?.cursor);
      answer?.(); // the server measures now and then how long an event takes
    });
    socket.on("connect_error", (error: Error & { data?: { code?: string; details?: any } }) => {
      socket.disconnect();
      end({ code: error.data?.code ?? "lost", retryAfter: error.data?.details?.retryAfter });
    });
    socket.on("disconnect", (reason) => end({ code: reason === "io server disconnect" ? "ended" : "lost" }));
    return {
      close() {
        stop();
        socket.disconnect();
      },
      request: (name, data, timeout) => socket.timeout(timeout).emitWithAck(name, data),
    };
  },
};
