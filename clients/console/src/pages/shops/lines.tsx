// The lines of a cart. One that is sold out says so, and can be removed.
import { costOf, type Menu, type MenuProduct, type Quote } from "@metaia/client/shops";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { Money } from "../../ui/format.js";
import { Icon } from "../../ui/icon.js";
import { isThere, MOST, type CartHook, type Line } from "./cart.js";
import { useMoney } from "./directory.js";
import { useShopText } from "./text.js";

export function Lines({ cart, products, menu, now, quote }: {
  cart: CartHook;
  products: ReadonlyMap<string, MenuProduct>;
  menu: Menu;
  now: number;
  quote: Quote | undefined;
}): ReactNode {
  const { s } = useShopText();
  const money = useMoney(menu.currency);
  const priced = quote?.items.length === cart.lines.length ? quote.items : undefined;
  return (
    <ul className="items cart-lines">
      {cart.lines.map((line, index) => {
        const product = products.get(line.productId);
        const there = isThere(line, products, now);
        const price = product ? costOf(product, line, menu.modifierGroups, now) : 0;
        const cost = priced?.[index] ? priced[index]!.total ?? 0 : price * line.quantity;
        const name = product?.name ?? s("gone");
        return (
          <li key={line.key} className={there ? undefined : "off"}>
            <span className="grow">
              <strong>{name}</strong>
              <small className="muted block">{detailsOf(line, product, menu).join(", ")}</small>
              {there && price !== line.seen && <small role="status" className="changed block">{s("was", { amount: money(line.seen) })}</small>}
              {!there && <small role="alert" className="error block">{s("sold_out.line")}</small>}
            </span>
            <span className="count-field">
              <Button kind="quiet" aria-label={s("less", { name })} onClick={() => (line.quantity > 1 ? cart.change(line.key, { quantity: line.quantity - 1 }) : cart.remove(line.key))}>{line.quantity > 1 ? "−" : <Icon name="close" />}</Button>
              <b>{line.quantity}</b>
              <Button kind="quiet" aria-label={s("more", { name })} disabled={!there || line.quantity >= MOST} onClick={() => cart.change(line.key, { quantity: line.quantity + 1 })}>+</Button>
            </span>
            <Money amount={cost} currency={menu.currency} />
          </li>
        );
      })}
    </ul>
  );
}

function detailsOf(line: Line, product: MenuProduct | undefined, menu: Menu): string[] {
  const variant = product && product.variants.length > 1 ? product.variants.find(({ id }) => id === line.variantId)?.name : null;
  const modifiers = (line.modifiers ?? []).map((one) => {
    const group = menu.modifierGroups.find(({ id }) => id === one.groupId);
    if ("optionId" in one) return `${(one.quantity ?? 1) > 1 ? `${one.quantity} × ` : ""}${group?.options.find(({ id }) => id === one.optionId)?.name ?? ""}`;
    return `${group?.name ?? ""}: ${"text" in one ? one.text : `${one.value} ${one.unit}`}`;
  });
  return [variant ?? "", ...modifiers, line.note ?? ""].filter(Boolean);
}
