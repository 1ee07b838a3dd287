// Requests of one user: after a logout nothing of them takes effect, also if another user logs in.
import { aborted, asError } from "./errors.js";
import { restOf, type Rest } from "./http.js";
import type { Tokens } from "./tokens.js";

/**
 * Return REST whose requests end when their user logs out: none is sent with the token of the next user, and no answer
 * arrives. They reject with `aborted`, or with `signed_out` if the logout was found by their own try.
 */
export function owned(rest: Rest, subscribe: Tokens["subscribe"]): Rest {
  let owner: string | undefined; // unknown until the first token
  let stop = new AbortController();
  subscribe((user) => {
    if (owner && user?.id !== owner) {
      stop.abort();
      stop = new AbortController();
    }
    owner = user?.id;
  });

  return restOf(async (method, path, given = {}) => {
    if (given.auth === false) return rest.send(method, path, given);
    const session = stop.signal;
    const either = new AbortController(); // AbortSignal.any is missing in React Native
    const abort = () => either.abort();
    for (const one of [session, given.signal]) one?.addEventListener("abort", abort);
    if (given.signal?.aborted) abort();
    try {
      const answer = await rest.send(method, path, { ...given, signal: either.signal });
      if (session.aborted) throw aborted();
      return answer;
    } catch (error) {
      throw session.aborted && asError(error).code !== "signed_out" ? aborted() : error;
    } finally {
      for (const one of [session, given.signal]) one?.removeEventListener("abort", abort);
    }
  });
}
