// Presence: of one partner, and of all users that this user may see.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Schemas } from "../generated/events.js";
import type { Rest } from "../http.js";
import { useEvent, useMetaia } from "./context.js";
import { useStore } from "./hooks.js";

type Online = Schemas["PresenceOut"];
type Presence = "online" | "offline" | "busy";

const PAGE = 100;
const MOST = 1_000; // users that are fetched

/** Whether a partner is online; undefined until known. */
export function usePartnerStatus(id: string | undefined): Presence | undefined {
  const { rooms } = useMetaia();
  const [known, setKnown] = useState<{ id: string; status: Presence }>();
  useEffect(() => {
    if (!id) return;
    const stop = rooms.onJoined((kind, of, data) => kind === "partner" && of === id && setKnown({ id, status: data.status }));
    const leave = rooms.join("partner", id);
    return () => (stop(), leave());
  }, [rooms, id]);
  useEvent("tailor_status_update", ({ partnerId, status }) => partnerId === id && setKnown({ id: partnerId, status }));
  return known?.id === id ? known?.status : undefined;
}

interface Known {
  users: Online[];
  more: boolean;
}

/** A change, or a user with a role that is not known. */
interface Change {
  userId: string;
  role?: string;
  status: Presence;
}

/** Return `users` after a change. A new user of unknown role is left out. */
export function changed(users: Online[], { userId, role, status }: Change): Online[] {
  const before = users.find((one) => one.userId === userId);
  if (status === "offline") return before ? users.filter((one) => one !== before) : users;
  if (before?.status === status) return users;
  if (before) return users.map((one) => (one === before ? { ...one, status } : one));
  return role ? [...users, { userId, role, status } as Online] : users;
}

async function fetchOnline(rest: Rest, signal: AbortSignal): Promise<Known> {
  const users: Online[] = [];
  let cursor: string | null = null;
  do {
    const answer: { data: { presences: Online[] }; meta: { nextCursor?: string | null } } = await rest.GET("/api/presence", {
      query: { limit: PAGE, ...(cursor ? { cursor } : {}) },
      signal,
    });
    users.push(...answer.data.presences);
    cursor = answer.meta.nextCursor ?? null;
  } while (cursor && users.length < MOST);
  return { users, more: cursor !== null };
}

/**
 * The users who are online, as far as this user may see them, live for staff; `more`: there are others than these (1,000
 * are fetched). `set` sets one's own status.
 */
export function usePresence(): Known & { set(status: "online" | "busy"): Promise<void> } {
  const { rest, connection } = useMetaia();
  const live = useStore(connection.store, ({ isConnected }) => isConnected);
  const [known, setKnown] = useState<Known>({ users: [], more: false });
  const since = useRef<Change[] | null>(null); // changes while the list is fetched
  const [round, setRound] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!live) return;
    const stop = new AbortController();
    since.current = [];
    fetchOnline(rest, stop.signal).then(
      ({ users, more }) => {
        setKnown({ users: (since.current ?? []).reduce(changed, users), more });
        since.current = null;
      },
      () => undefined,
    );
    return () => stop.abort();
  }, [rest, live, round]);
  const newest = useRef(known.users);
  newest.current = known.users;
  const apply = useCallback((change: Change) => {
    since.current?.push(change);
    setKnown((before) => ({ ...before, users: changed(before.users, change) }));
  }, []);
  useEvent("user:status_change", apply);
  useEvent("tailor_status_update", ({ partnerId, status }) => {
    apply({ userId: partnerId, status });
    if (status === "offline" || newest.current.some((one) => one.userId === partnerId)) return;
    clearTimeout(timer.current); // a partner of unknown role: changes of one second are one request
    timer.current = setTimeout(() => setRound((before) => before + 1), 1_000);
  });
  const set = useCallback(async (status: "online" | "busy") => void (await rest.PUT("/api/presence", { body: { status } })), [rest]);
  return { ...known, set };
}
