// Rooms as wishes: counted for each holder, and joined again on each connection.
import type { Link } from "./transports/transport.js";

export type RoomKind = "order" | "partner" | "booking" | "slots" | "conversation";
const SUBJECTS: Partial<Record<RoomKind, string>> = { slots: "partner" }; // where the room is not named after its subject
const eventOf = (kind: RoomKind, what: string) => (kind === "conversation" ? `chat:${what}` : `${what}_${kind}_room`);
type Send = (name: string, data: unknown) => Promise<any>;

export interface Rooms {
  /** Wish to be in a room until the returned function is called. */
  join(kind: RoomKind, id: string): () => void;
  /** Join all wished rooms over a new connection. */
  joinAll(send: Send): void;
  /** What the server answered for a room when it was last joined, such as a partner's status. */
  onJoined(handler: (kind: RoomKind, id: string, data: any) => void): () => void;
}

/** Return the wishes of a client. `link` returns the live link, if there is one. */
export function createRooms(link: () => Link["request"] | undefined): Rooms {
  const wishes = new Map<string, { kind: RoomKind; id: string; holders: number }>();
  const listeners = new Set<(kind: RoomKind, id: string, data: any) => void>();
  const unknown = new Set<RoomKind>(); // kinds that this server does not have
  const within = 10_000;
  const message = (kind: RoomKind, id: string) => ({ [`${SUBJECTS[kind] ?? kind}Id`]: id });

  async function enter(kind: RoomKind, id: string, send: Send) {
    if (unknown.has(kind)) return;
    const answer = await send(eventOf(kind, "join"), message(kind, id)).catch(() => null);
    if (answer?.error?.code === "unknown_event") unknown.add(kind); // ten refusals end a connection
    if (answer?.ok) listeners.forEach((listener) => listener(kind, id, answer.data));
  }

  return {
    join(kind, id) {
      const name = `${kind}-${id}`;
      const wish = wishes.get(name) ?? { kind, id, holders: 0 };
      wishes.set(name, wish);
      const send = link();
      if (++wish.holders === 1 && send) void enter(kind, id, (event, data) => send(event, data, within));
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        if (--wish.holders) return;
        wishes.delete(name);
        void link()?.(eventOf(kind, "leave"), message(kind, id), within).catch(() => undefined);
      };
    },
    joinAll(send) {
      for (const { kind, id } of wishes.values()) void enter(kind, id, send);
    },
    onJoined(handler) {
      listeners.add(handler);
      return () => void listeners.delete(handler);
    },
  };
}
