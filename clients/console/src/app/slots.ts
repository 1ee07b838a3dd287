// Sessions of this browser: one per slot. The cookie of a slot stays out of scripts; access tokens stay in memory.
import { createMetaia, MetaiaError, memoryStorage, type Metaia, type Network, type User } from "@metaia/client";

export interface Person {
  role: string;
  name: string;
  email: string;
}

/** Whether a slot may use the network: the switch of the theatre. */
export class Wire {
  private readonly listeners = new Set<(online: boolean) => void>();
  online = true;

  readonly network: Network = {
    subscribe: (changed) => {
      this.listeners.add(changed);
      return () => void this.listeners.delete(changed);
    },
  };

  set(online: boolean): void {
    this.online = online;
    for (const changed of this.listeners) changed(online);
  }
}

export interface Slot {
  number: number;
  client: Metaia;
  wire: Wire;
}

const slots = new Map<number, Slot>();

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
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
  const client = createMetaia({
    baseUrl: "",
    storage: memoryStorage(),
    network: wire.network,
    fetch: (...request) =>
      wire.online ? globalThis.fetch(...request) : Promise.reject(new TypeError("The network is cut.")),
    tokens: {
      async access() {
        try {
          return await call<Token>("POST", `${number}/token`);
        } catch (error) {
          if (error instanceof MetaiaError && error.status === 401) return null;
          throw error;
        }
      },
    },
  });
  const slot = { number, client, wire };
  slots.set(number, slot);
  return slot;
}

/** Return the user of a slot, or null. Rejects if the server does not answer. */
export async function userOf(number: number): Promise<User | null> {
  return (await call<{ user: User | null }>("GET", String(number))).user;
}

/** Log in. Rejects with MetaiaError. */
export async function logIn(number: number, email: string, password: string, code?: string): Promise<void> {
  forget(number);
  await call("POST", String(number), { email, password, code: code || null });
}

/** Log in unless the slot has this person's session. */
export async function ensure(number: number, person: Person, password: string): Promise<void> {
  const user = await userOf(number);
  if (user?.email !== person.email) await logIn(number, person.email, password);
}

export async function logOut(number: number): Promise<void> {
  forget(number);
  await call("DELETE", String(number));
}

function forget(number: number): void {
  slots.get(number)?.client.close();
  slots.delete(number);
}
