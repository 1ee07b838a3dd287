// What a customer has chosen in a shop, kept while the page lives: one cart for each shop and user.
import type { CartItem, Menu, MenuProduct } from "@metaia/client/shops";
import { sellable } from "@metaia/client/shops";
import { useMetaia } from "@metaia/client/react";
import type { Metaia } from "@metaia/client";
import { useState } from "react";

export const MOST = 999; // of one line

export interface Line extends CartItem {
  key: number;
}

const carts = new WeakMap<Metaia, Map<string, Line[]>>();
let last = 0;

export interface CartHook {
  lines: readonly Line[];
  add(item: CartItem): void;
  change(key: number, item: Partial<CartItem>): void;
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
  const lines = all.get(shopId) ?? [];
  const put = (next: Line[]) => {
    all.set(shopId, next);
    draw((before) => before + 1);
  };
  const change: CartHook["change"] = (key, item) => put((all.get(shopId) ?? []).map((one) => (one.key === key ? { ...one, ...item } : one)));
  return {
    lines,
    change,
    add(item) {
      const before = (all.get(shopId) ?? []).find((one) => sameChoice(one, item));
      if (before) change(before.key, { quantity: Math.min(MOST, before.quantity + item.quantity) });
      else put([...(all.get(shopId) ?? []), { ...item, key: ++last }]);
    },
    remove: (key) => put((all.get(shopId) ?? []).filter((one) => one.key !== key)),
    clear: () => put([]),
  };
}

/** The product of each id. */
export const productsOf = (menu: Menu): Map<string, MenuProduct> => new Map(menu.sections.flatMap(({ products }) => products.map((one) => [one.id, one] as const)));

/** Whether what a line wants is there now. */
export function isThere(line: CartItem, products: ReadonlyMap<string, MenuProduct>, now: number): boolean {
  const product = products.get(line.productId);
  const variant = product?.variants.find(({ id }) => id === line.variantId) ?? product?.variants[0];
  return !!product && !!variant && sellable(product, now) && sellable(variant, now);
}
