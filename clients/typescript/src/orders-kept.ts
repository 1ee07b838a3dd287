// Which orders are kept when the server has more than the limit: those that are open, then the newest.
import type { Order } from "./errors.js";
import type { Rest } from "./http.js";
import type { OrderStatus } from "./orders-types.js";

const OPEN: readonly OrderStatus[] = ["pending", "accepted", "preparing", "ready", "out_for_delivery"];
const PAGE = 100;

export interface Kept {
  found: Map<string, Order>;
  /** The server has others. */
  more: boolean;
}

/** Fetch the orders to keep; undefined once `current` is false. The open ones are asked for only if the newest are not all. */
export async function fetchKept(rest: Rest, limit: number, current: () => boolean): Promise<Kept | undefined> {
  const found = new Map<string, Order>();
  const more = await pages(rest, limit, found, current);
  if (more) await pages(rest, limit, found, current, OPEN);
  return current() ? { found, more } : undefined;
}

/** Add up to `limit` orders to `found`, newest first; return whether there are others. */
async function pages(rest: Rest, limit: number, found: Map<string, Order>, current: () => boolean, status?: readonly OrderStatus[]): Promise<boolean> {
  let cursor: string | undefined;
  for (let count = 0; count < limit; ) {
    const query = { limit: Math.min(PAGE, limit), ...(status ? { status: status.join() } : {}), ...(cursor ? { cursor } : {}) };
    const { data, meta } = await rest.send("get", "/api/orders", { query });
    if (!current()) return false;
    for (const order of data.orders) found.set(order.id, order);
    count += data.orders.length;
    cursor = meta.nextCursor ?? undefined;
    if (!cursor) return false;
  }
  return true;
}

/** Return the ids of `orders` (newest first) beyond `limit`: the oldest closed ones, then the oldest. Those `needed` stay. */
export function surplus(orders: readonly Order[], limit: number, needed: (id: string) => boolean): Set<string> {
  const dropped = new Set<string>();
  for (const closedOnly of [true, false]) {
    for (let at = orders.length - 1; at >= 0 && orders.length - dropped.size > limit; at--) {
      const { id, status } = orders[at]!;
      if (!dropped.has(id) && !needed(id) && !(closedOnly && OPEN.includes(status))) dropped.add(id);
    }
  }
  return dropped;
}

/** Whether `order` would be the first to go from `orders` (newest first), which are as many as may be kept. */
export function isSurplus(order: Order, orders: readonly Order[], needed: (id: string) => boolean): boolean {
  const open = OPEN.includes(order.status);
  let oldest: Order | undefined;
  for (let at = orders.length - 1; at >= 0; at--) {
    const one = orders[at]!;
    if (needed(one.id)) continue;
    if (!OPEN.includes(one.status)) return !open && isOlder(order, one);
    oldest ??= one;
  }
  return !open || !oldest || isOlder(order, oldest);
}

const isOlder = (a: Order, b: Order): boolean => a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id);

/** Sort `orders`, newest first. */
export const sorted = (orders: Order[]): Order[] => orders.sort((a, b) => (isOlder(a, b) ? 1 : -1));

/** Return `orders` (newest first) with `order` in its place. To sort 1,000 for each event of an order that was dropped is slow. */
export function inserted(orders: readonly Order[], order: Order): Order[] {
  let [low, high] = [0, orders.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isOlder(order, orders[middle]!)) low = middle + 1;
    else high = middle;
  }
  return [...orders.slice(0, low), order, ...orders.slice(low)];
}
