// Sessions of this browser: one per slot. The cookie of a slot stays out of scripts; access tokens stay in memory.
import { MetaiaError, type Metaia, type User } from "@metaia/client";
import { assemble } from "../../../typescript/src/metaia.js";
import { poll } from "../../../typescript/src/transports/poll.js";
import { socketio } from "../../../typescript/src/transports/socketio.js";
import { recorded } from "./requests.js";
import { discard, waiting } from "./waiting.js";
import { onWire, Wire } from "./wire.js";

export interface Person {
  id: string;
  role: string;
  name: string;
  email: string;
  avatar: string | null;
}

export interface Slot {
  number: number;
  client: Metaia;
  wire: Wire;
}

export const slots = new Map<number, Slot>();

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`/console/sessions/${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: method === "POST" ? JSON.stringify(body ?? {}) : null,
  });
  const found = await answer.json().catch(() => null);
  if (answer.ok) return found.data as T;
  const problem = found?.error ?? {};
  throw new MetaiaError(answer.status, problem.code ?? "network", problem.message ?? "", problem.details);
}

interface Token {
  accessToken: string;
  user: User;
}

/** Return the slot with this number; its client is connected while a MetaiaProvider holds it. */
export function slotOf(number: number): Slot {
  const known = slots.get(number);
  if (known) return known;
  const wire = new Wire();
  const fetch = recorded(number, (...request) => wire.check().then(() => globalThis.fetch(...request)));
  const current = () => slots.get(number)?.client === client;
  const tokens = {
    async access() {
      if (!current()) return null; // logged out: the next session of the slot is another client's
      await wire.check();
      try {
        return await call<Token>("POST", `${number}/token`);
      } catch (error) {
        if (error instanceof MetaiaError && error.status === 401) return null;
        throw error;
      }
    },
  };
  const storage = waiting(number, () => slots.get(number)?.client.auth.user?.id);
  const options = { baseUrl: "", storage, network: wire.network, fetch, tokens };
  const client: Metaia = assemble(options, [onWire(wire, socketio), onWire(wire, poll)]);
  client.auth.onChange((user) => void (current() && discard(number, user?.id)));
  const slot = { number, client, wire };
  slots.set(number, slot);
  return slot;
}

const seen = new Map<number, User>(); // by `ensure`, until `userOf` takes it: a request less for each pane

/** Return the user of a slot, or null. Rejects if the server does not answer. */
export async function userOf(number: number): Promise<User | null> {
  const known = seen.get(number);
  seen.delete(number);
  const user = known ?? (await call<{ user: User | null }>("GET", String(number))).user;
  // another tab has logged out and in again: this tab's client is signed out for good
  if (user && slots.get(number)?.client.connection.state === "signed_out") forget(number);
  return user;
}

/** Log in. Rejects with MetaiaError. */
export async function logIn(number: number, email: string, password: string, code?: string): Promise<void> {
  forget(number);
  await call("POST", String(number), { email, password, code: code || null });
}

/** Log in unless the slot has this person's session. */
export async function ensure(number: number, person: Person, password: string): Promise<void> {
  const user = await userOf(number);
  if (user?.email !== person.email) return logIn(number, person.email, password);
  seen.set(number, user);
}

export async function logOut(number: number): Promise<void> {
  await call("DELETE", String(number));
  forget(number);
}

function forget(number: number): void {
  slots.get(number)?.client.close();
  slots.delete(number);
  discard(number);
  seen.delete(number);
}
