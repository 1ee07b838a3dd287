// Login, registration and logout.
import type { Schemas } from "./generated/events.js";
import type { Rest } from "./http.js";
import type { Tokens, User } from "./tokens.js";

export interface Auth {
  /** Begin a session. Rejects with `wrong_credentials`, or `second_factor_required`: ask for `code`. */
  login(given: Schemas["Login"]): Promise<User>;
  register(given: Schemas["Register"]): Promise<User>;
  /** End the session; without network it ends on this device only. */
  logout(): Promise<void>;
  /** Get new tokens now: after a change of the role, or once a second factor is set up. */
  refresh(): Promise<User>;
  /** Return the user of the stored session, or null. */
  restore(): Promise<User | null>;
  readonly user: User | null;
  /** Call `changed` when the user logs in or out, in any tab; returns a function that ends it. */
  onChange(changed: (user: User | null) => void): () => void;
}

/** Return the account functions of one client. */
export function createAuth(rest: Rest, tokens: Tokens): Auth {
  async function begin(path: string, body: unknown): Promise<User> {
    const { data } = await rest.send("post", path, { body, auth: false });
    await tokens.begin(data);
    return data.user;
  }

  return {
    login: (given) => begin("/api/auth/login", given),
    register: (given) => begin("/api/auth/register", given),
    async logout() {
      await rest.POST("/api/auth/logout", { tries: 1, timeout: 5_000 }).catch(() => undefined);
      await tokens.begin(null);
    },
    async refresh() {
      await tokens.access(tokens.token() ?? "");
      return tokens.user()!;
    },
    restore: tokens.restore,
    get user() {
      return tokens.user();
    },
    onChange: tokens.subscribe,
  };
}
