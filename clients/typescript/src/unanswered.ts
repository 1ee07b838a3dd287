// Changes that had no answer: the same one soon after has the key of the first, so that it takes effect once.
import { asError } from "./errors.js";
import { PASSING } from "./http.js";
import { platformRandom, randomId } from "./random.js";

const KEPT = 10 * 60_000; // ms after the last try; later the same change is meant as another one

export interface Unanswered {
  /** Call `send` with a new key, or with that of the last call with the same content if it had no answer. */
  run<T>(content: unknown, send: (key: string) => Promise<T>): Promise<T>;
}

export function createUnanswered(): Unanswered {
  const open = new Map<string, { key: string; at: number }>(); // by content
  return {
    async run(content, send) {
      const [same, at] = [JSON.stringify(content), Date.now()];
      for (const [other, one] of open) if (at - one.at >= KEPT) open.delete(other);
      const key = open.get(same)?.key ?? randomId(platformRandom);
      open.set(same, { key, at });
      try {
        const answer = await send(key);
        open.delete(same);
        return answer;
      } catch (error) {
        const { status, code } = asError(error);
        if (code === "aborted" || (!PASSING.includes(status) && code !== "idempotency_in_flight")) open.delete(same);
        throw error;
      }
    },
  };
}
