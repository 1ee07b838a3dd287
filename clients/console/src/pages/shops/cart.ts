// What a customer has chosen in a shop: one cart for each shop and user, kept by the browser until the user logs out.
import type { CartItem, Menu, MenuProduct } from "@metaia/client/shops";
import { sellable } from "@metaia/client/shops";
import { useMetaia } from "@metaia/client/react";
import type { Metaia } from "@metaia/client";
import { useState } from "react";

export const MOST = 999; // of one line

export interface Line extends CartItem {
  key: number;
  /** What one cost when it was chosen. */
  seen: number;
}

const carts = new WeakMap<Metaia, Map<string, Line[]>>();

export interface CartHook {
  lines: readonly Line[];
  /** Add an item that costs `price` now. */
  add(item: CartItem, price: number): void;
  change(key: number, item: Partial<Line>): void;
  remove(key: number): void;
  clear(): void;
}

const sameChoice = (one: CartItem, other: CartItem) =>
  JSON.stringify([one.productId, one.variantId, one.modifiers ?? [], one.note ?? ""]) === JSON.stringify([other.productId, other.variantId, other.modifiers ?? [], other.note ?? ""]);

export function useCart(shopId: string): CartHook {
  const client = useMetaia();
  const [, draw] = useState(0);
  const all = carts.get(client) ?? new Map<string, Line[]>();
  carts.set(client, all);
  const name = `metaia:${client.baseUrl}:${client.auth.user?.id}:cart:${shopId}`;
  if (!all.has(name)) all.set(name, read(client.storage.get(name)));
  const lines = all.get(name)!;
  const now = () => all.get(name) ?? [];
  const put = (next: Line[]) => {
    all.set(name, next);
    void (next.length ? client.storage.set(name, JSON.stringify(next)) : client.storage.delete(name));
    draw((before) => before + 1);
  };
  const change: CartHook["change"] = (key, item) => put(now().map((one) => (one.key === key ? { ...one, ...item } : one)));
  return {
    lines,
    change,
    add(item, seen) {
      const before = now().find((one) => sameChoice(one, item));
      if (before) change(before.key, { quantity: Math.min(MOST, before.quantity + item.quantity), seen });
      else put([...now(), { ...item, seen, key: 1 + Math.max(0, ...now().map(({ key }) => key)) }]);
    },
    remove: (key) => put(now().filter((one) => one.key !== key)),
    clear: () => put([]),
  };
}

/** The lines that the browser has kept; none if it has others than this release writes. */
function read(kept: unknown): Line[] {
  try {
    const lines: unknown = typeof kept === "string" ? JSON.parse(kept) : [];
    return Array.isArray(lines) ? lines.filter(({ productId, key, seen, quantity }) => productId && key && seen >= 0 && quantity > 0) : [];
  } catch {
    return [];
  }
}

/** The product of each id. */
export const productsOf = (menu: Menu): Map<string, MenuProduct> => new Map(menu.sections.flatMap(({ products }) => products.map((one) => [one.id, one] as const)));

/** Whether what a line wants is there now. */
export function isThere(line: CartItem, products: ReadonlyMap<string, MenuProduct>, now: number): boolean {
  const product = products.get(line.productId);
  const variant = product?.variants.find(({ id }) => id === line.variantId) ?? product?.variants[0];
  return !!product && !!variant && sellable(product, now) && sellable(variant, now);
}
