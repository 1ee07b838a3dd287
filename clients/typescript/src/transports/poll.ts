// Long polls of `/api/sync`: works wherever REST works.
import { asError } from "../errors.js";
import { guarded, type Transport } from "./transport.js";

const WAIT = 25; // seconds

export const poll: Transport = {
  name: "poll",
  usable: () => true,
  open({ rest, cursor: start, handlers }) {
    const { open, event, end, stop } = guarded(handlers);
    const limit = new AbortController();

    async function page(cursor: string, wait: number) {
      const query = { ...(cursor ? { cursor } : {}), limit: 500, wait };
      const timeout = (WAIT + 10) * 1000;
      return (await rest.GET("/api/sync", { query, signal: limit.signal, timeout, tries: 1 })).data;
    }

    async function follow() {
      let cursor: string = start;
      let opened = false;
      for (let live = false; !limit.signal.aborted; ) {
        const data = await page(cursor, live ? WAIT : 0);
        if (!opened) open();
        opened = true;
        for (const one of data.events) event(one.type, one.data, one.cursor);
        cursor = data.cursor;
        if (!live || data.resync) {
          const complete: boolean = !data.more;
          event("sync", { cursor, replayed: data.events.length, complete, resync: data.resync }, cursor);
          live = complete;
        }
      }
    }

    follow().catch((error) => {
      const { code, retryAfter } = asError(error);
      end({ code, retryAfter });
    });
    return {
      close() {
        stop();
        limit.abort();
      },
    };
  },
};
