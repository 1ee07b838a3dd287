// Around bookings: the waiting list, the feed for calendar programs, and figures.
import type { Rest } from "../http.js";
import { platformRandom, randomId } from "../random.js";
import type { BookingFigures, FiguresQuery, NewWait, Wait } from "./types.js";

export interface Waiting {
  /** Wait for a start between two moments; a time that is free already is offered at once, as a hold. */
  wait(entry: NewWait): Promise<Wait>;
  /** The own entries of the waiting list, the newest first. */
  waits(signal?: AbortSignal): Promise<Wait[]>;
  stopWaiting(id: string): Promise<void>;
  /** Get the secret address of the own feed, shown once; a new one ends the former one. */
  createFeed(): Promise<string>;
  endFeed(): Promise<void>;
  /** Figures of the bookings that begin in a time: a partner's own, for staff those of all or of one partner. */
  figures(query: FiguresQuery, signal?: AbortSignal): Promise<BookingFigures>;
}

const LIST = "/api/bookings/waitlist";
const FEED = "/api/bookings/calendar-feed";

/** Return these functions for one client. */
export const createWaiting = ({ send }: Rest): Waiting => ({
  wait: async (body) => (await send("post", LIST, { body, key: randomId(platformRandom) })).data.wait,
  waits: async (signal) => (await send("get", LIST, { signal })).data.waits,
  stopWaiting: async (id) => void (await send("delete", `${LIST}/{id}`, { path: { id } })),
  createFeed: async () => (await send("post", FEED)).data.url,
  endFeed: async () => void (await send("delete", FEED)),
  figures: async (query, signal) => (await send("get", "/api/bookings/analytics", { query: { ...query }, signal })).data,
});
