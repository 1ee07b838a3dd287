// The plain WebSocket `/ws`, opened with a ticket.
import { asError } from "../errors.js";
import { guarded, queryOf, type Transport } from "./transport.js";

const SILENCE = 30_000; // after that the line is checked: a browser does not show the pings of a WebSocket
const GRACE = 3_000;
const CONNECT = 10_000;

export const websocket: Transport = {
  name: "ws",
  usable: () => typeof WebSocket !== "undefined",
  open({ baseUrl, rest, cursor, position, handlers }) {
    const { open, event, end, stop } = guarded(handlers);
    let socket: WebSocket | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let closed = false;

    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void check(), SILENCE);
    };

    /** The line is dead if the log has events after our place and none of them arrives. */
    async function check() {
      const before = position();
      try {
        const { data } = await rest.GET("/api/sync", { query: { cursor: before, limit: 1 }, tries: 1 });
        if (!data.events.length && !data.resync) return watch();
        await new Promise((resolve) => (timer = setTimeout(resolve, GRACE)));
        if (position() !== before) return watch();
      } catch {
        // the network is down
      }
      finish("lost");
    }

    function finish(code: string) {
      clearTimeout(timer);
      closed = true;
      socket?.close();
      end({ code });
    }

    async function start() {
      const { data } = await rest.POST("/api/realtime/ticket", { tries: 1 });
      if (closed) return;
      const query = queryOf({ ticket: data.ticket, cursor });
      socket = new WebSocket(`${baseUrl.replace(/^http/, "ws")}/ws?${query}`);
      timer = setTimeout(() => finish("lost"), CONNECT);
      socket.onopen = () => {
        open();
        watch();
      };
      socket.onmessage = ({ data: text }) => {
        watch();
        const message = JSON.parse(text);
        event(message.type, message.data, message.cursor);
      };
      socket.onclose = ({ code, reason }) => {
        clearTimeout(timer);
        end({ code: code === 1008 || code >= 4000 ? reason || "ended" : "lost", retryAfter: code === 4429 ? 60 : undefined });
      };
    }

    start().catch((error) => {
      const { code, retryAfter } = asError(error);
      end({ code, retryAfter });
    });
    return {
      close() {
        stop();
        finish("closed");
      },
    };
  },
};
