// What a menu means at a moment: what can be ordered, and at which price. The server decides; this is what a page shows.
import type { CartItem, Group, MenuProduct, Sellable, Variant } from "./types.js";

/** Return whether something can be ordered at `now` (milliseconds). */
export function sellable({ available, soldOutUntil, inStock = true }: Sellable & { inStock?: boolean }, now: number): boolean {
  return available && inStock && !(soldOutUntil && Date.parse(soldOutUntil) > now);
}

/** Return the price of a variant at `now`: that of its sale inside the sale's times. */
export function priceOf({ price, sale }: Pick<Variant, "price" | "sale">, now: number): number {
  return sale && Date.parse(sale.from) <= now && Date.parse(sale.until) > now ? sale.price : price;
}

/** Return what one piece of an item costs at `now`, modifiers included. */
export function costOf(product: MenuProduct, item: Pick<CartItem, "variantId" | "modifiers">, groups: readonly Group[], now: number): number {
  const variant = product.variants.find(({ id }) => id === item.variantId) ?? product.variants[0];
  const added = (item.modifiers ?? []).map((one) => {
    const group = groups.find(({ id }) => id === one.groupId);
    if ("optionId" in one) return (group?.options.find(({ id }) => id === one.optionId)?.price ?? 0) * (one.quantity ?? 1);
    return group?.price ?? 0;
  });
  return added.reduce((sum, one) => sum + one, variant ? priceOf(variant, now) : 0);
}
