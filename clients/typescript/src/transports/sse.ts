// Server-sent events by `fetch`: unlike EventSource it sends a header, shows the status, and sees the comments of a
// line without events, so a dead line is noticed.
import { errorOf } from "../errors.js";
import { guarded, queryOf, type Transport } from "./transport.js";

const SILENCE = 45_000; // the server writes a comment every 20 seconds

export const sse: Transport = {
  name: "sse",
  usable: () => typeof ReadableStream !== "undefined" && typeof TextDecoder !== "undefined" && !isNative(),
  open({ baseUrl, fetch, token, cursor, handlers }) {
    const { open, event, end, stop } = guarded(handlers);
    const limit = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => limit.abort(), SILENCE);
    };

    async function start(): Promise<string> {
      watch();
      const query = queryOf({ cursor });
      const answer = await fetch(`${baseUrl}/api/events${query && "?"}${query}`, {
        headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" },
        signal: limit.signal,
        cache: "no-store",
      });
      if (!answer.ok || !answer.body) {
        const seconds = Number(answer.headers.get("Retry-After")) || undefined;
        throw errorOf(answer.status, await answer.json().catch(() => undefined), seconds);
      }
      open();
      return follow(answer.body.getReader());
    }

    async function follow(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
      const decoder = new TextDecoder();
      let rest = "";
      let last = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return last;
        watch();
        const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
        rest = blocks.pop()!;
        for (const block of blocks) last = deliver(block) || last;
      }
    }

    /** Handle one block; return the reason in a comment by which the server ends the stream. */
    function deliver(block: string): string {
      const fields: Record<string, string> = {};
      for (const line of block.split("\n")) {
        const at = line.indexOf(":");
        const name = line.slice(0, at);
        const value = line.slice(at + 1).replace(/^ /, "");
        fields[name] = name in fields && name === "data" ? `${fields[name]}\n${value}` : value;
      }
      if (fields["data"] !== undefined) event(fields["event"] ?? "message", JSON.parse(fields["data"]), fields["id"]);
      return fields["data"] === undefined ? (fields[""] ?? "") : "";
    }

    start()
      .then(
        (comment) => end({ code: /^\w+$/.test(comment) ? comment : "lost" }),
        (error) => end({ code: error?.code ?? "lost", retryAfter: error?.retryAfter }),
      )
      .finally(() => clearTimeout(timer));
    return {
      close() {
        stop();
        clearTimeout(timer);
        limit.abort();
      },
    };
  },
};

const isNative = () => globalThis.navigator?.product === "ReactNative"; // its fetch has no streams
