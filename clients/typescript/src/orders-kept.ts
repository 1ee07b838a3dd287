// Which orders are kept when the server has more than the limit: those that are open, then the newest.
import type { Order } from "./errors.js";
import type { OrderStatus } from "./orders-types.js";

export const OPEN: readonly OrderStatus[] = ["pending", "accepted", "preparing", "ready", "out_for_delivery"];
/** Return the ids of `orders` (newest first) beyond `limit`: the oldest closed ones, then the oldest. Those `needed` stay. */
export function surplus(orders: readonly Order[], limit: number, needed: (id: string) => boolean): Set<string> {
  const open = ({ status }: Order) => Number(OPEN.includes(status));
  const free = orders.filter(({ id }) => !needed(id)).reverse();
  free.sort((a, b) => open(a) - open(b));
  return new Set(free.slice(0, Math.max(0, orders.length - limit)).map(({ id }) => id));
}

const isOlder = (a: Order, b: Order): boolean => a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id);

/** Sort `orders`, newest first. */
export const sorted = (orders: Order[]): Order[] => orders.sort((a, b) => (isOlder(a, b) ? 1 : -1));
