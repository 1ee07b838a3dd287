// Conversations whose beginning had no answer: the same call soon after repeats it, instead of beginning another one.
import { platformRandom, randomId } from "../random.js";
import type { Beginning } from "./types.js";

const KEPT = 10 * 60_000; // ms after the last try; later the same words are meant as another beginning

export interface Begun {
  key: string; // of idempotency
  clientMessageId: string;
  at: number; // of the last try
}

export interface Beginnings {
  /** Return the ids of a beginning: those of the last call with the same content, if it had no answer. */
  of(given: Beginning): Begun;
  /** Forget a beginning that was answered. */
  done(one: Begun): void;
  clear(): void;
}

export function createBeginnings(): Beginnings {
  const open = new Map<string, Begun>(); // by what was given
  return {
    of(given) {
      const [same, at] = [JSON.stringify(given), Date.now()];
      for (const [content, one] of open) if (at - one.at >= KEPT) open.delete(content);
      const one = open.get(same) ?? { key: randomId(platformRandom), clientMessageId: randomId(platformRandom), at };
      one.at = at;
      open.set(same, one);
      return one;
    },
    done(one) {
      for (const [content, other] of open) if (other === one) open.delete(content);
    },
    clear: () => open.clear(),
  };
}
