// Pure: how events change what is known of a conversation. Applied to what was fetched, the result equals a new fetch.
import type { ChatState, Conversation, Delivery, Mark, Message, Participant, Thread } from "./types.js";

export const MOST_UNREAD = 100; // more are not counted
const STAFF = ["support", "admin", "super_admin"];
const RANK: readonly Delivery[] = ["sent", "delivered", "read"];

/** Return `known` with `given`, ascending; of two copies of a message that of `given` stays, unless `keep`. */
export function merged(known: readonly Message[], given: readonly Message[], keep = false): Message[] {
  const bySeq = new Map<number, Message>();
  for (const one of keep ? [...given, ...known] : [...known, ...given]) bySeq.set(one.seq, one);
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}

/** Return those changed messages that belong into the loaded part of a thread. */
export function within({ messages, hasBefore, hasAfter }: Thread, given: readonly Message[]): Message[] {
  const [first, last] = [messages[0]?.seq ?? 0, messages.at(-1)?.seq ?? 0];
  return given.filter(({ seq }) => (!hasBefore || seq >= first) && (!hasAfter || seq <= last));
}

type Reader = Pick<ChatState, "blocked"> & { me: string | undefined };

/** Whether a message counts as unread for a user that has not read it. */
export function counts({ kind, sender, deletedAt }: Message, { me, blocked }: Reader): boolean {
  return kind !== "system" && !deletedAt && !!sender && sender.id !== me && !blocked.includes(sender.id);
}

/** Return a conversation after a new message. */
export function afterMessage(before: Conversation, message: Message, version: number, reader: Reader): Conversation {
  const newer = { ...before, version: Math.max(before.version, version) };
  if (message.seq <= before.lastSeq) return newer;
  const { unread, unreadMore } = capped(before.unread + Number(counts(message, reader)), before.unreadMore);
  return { ...newer, lastSeq: message.seq, lastMessage: message, unread, unreadMore, updatedAt: message.createdAt };
}

const capped = (unread: number, more = false) => ({ unread: Math.min(unread, MOST_UNREAD), unreadMore: more || unread > MOST_UNREAD });

/** Return a conversation with the user's mark. `newer`: how many unread messages have come after those it counts. */
export function afterMark(before: Conversation, { readSeq, unread, unreadMore }: Mark, newer: number): Conversation {
  return { ...before, mine: before.mine && { ...before.mine, readSeq }, ...capped(unread + newer, unreadMore) };
}

/** Return a conversation after a change of one of its messages. `gone`: the change has deleted it. */
export function afterUpdate(before: Conversation, message: Message, version: number, gone: boolean, reader: Reader): Conversation {
  const { mine, lastMessage } = before;
  const wasUnread = gone && counts({ ...message, deletedAt: null }, reader) && message.seq > Math.max(mine?.readSeq ?? 0, mine?.clearedSeq ?? 0);
  const unread = wasUnread && !before.unreadMore ? Math.max(0, before.unread - 1) : before.unread;
  return { ...before, version: Math.max(before.version, version), unread, lastMessage: lastMessage?.id === message.id ? message : lastMessage };
}

/** The messages that quote a deleted one, without what it stated. */
export function quotesOf(messages: readonly Message[], id: string): Message[] {
  return messages.filter(({ replyTo }) => replyTo?.id === id).map((one) => ({ ...one, replyTo: { ...one.replyTo!, excerpt: null, deleted: true } }));
}

export interface Watermarks {
  userId: string;
  deliveredSeq?: number | null;
  readSeq?: number | null;
}

const higher = (one: number | null, other: number | null | undefined) => (other == null ? one : Math.max(one ?? 0, other));

/** Return a conversation with the receipts of one participant; they only rise. */
export function afterStatus(before: Conversation, { userId, deliveredSeq, readSeq }: Watermarks): Conversation {
  const participants = before.participants.map((one) =>
    one.userId === userId ? { ...one, deliveredSeq: higher(one.deliveredSeq, deliveredSeq), readSeq: higher(one.readSeq, readSeq) } : one,
  );
  return { ...before, participants };
}

/** Return a conversation after a change of what all see alike. It has no receipts: those that are known stay. */
export function afterChange(before: Conversation, shared: Partial<Conversation>, version: number): Conversation {
  const known = new Map(before.participants.map((one) => [one.userId, one]));
  const participants = (shared.participants ?? before.participants).map((one) => {
    const { deliveredSeq = null, readSeq = null } = known.get(one.userId) ?? {};
    return { ...one, deliveredSeq, readSeq };
  });
  return { ...before, ...shared, participants, version: Math.max(before.version, version) };
}

/** How far a message has come, for its sender: by the receipts of the others, or as the server stated it. */
export function deliveryOf(message: Message, { participants }: Conversation, me: string | undefined): Delivery {
  const others = participants.filter((one) => one.userId !== me && !one.leftAt);
  const users = others.filter((one) => !STAFF.includes(one.role));
  // All users have to have it; where all others are staff, any one of them.
  const reached = (mark: (one: Participant) => number) => (users.length ? users.every((one) => mark(one) >= message.seq) : others.some((one) => mark(one) >= message.seq));
  const reads = reached((one) => one.readSeq ?? 0);
  const has = reads || reached((one) => Math.max(one.deliveredSeq ?? 0, one.readSeq ?? 0));
  return RANK[Math.max(reads ? 2 : has ? 1 : 0, RANK.indexOf(message.status ?? "sent"))]!;
}
