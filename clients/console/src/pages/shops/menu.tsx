// The menu of a shop, live: what is sold out turns grey while it is shown.
import { priceOf, sellable, type Menu, type MenuProduct } from "@metaia/client/shops";
import { useState, type ReactNode } from "react";
import { Photo } from "../../ui/avatar.js";
import { Badge } from "../../ui/badge.js";
import { Empty } from "../../ui/card.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { useShopText } from "./text.js";

const FOLD = 12; // products from which on a search is offered

export function MenuList({ menu, now, onOpen }: { menu: Menu; now: number; onOpen: (product: MenuProduct) => void }): ReactNode {
  const { s } = useShopText();
  const [q, setQ] = useState("");
  const wanted = q.trim().toLowerCase();
  const sections = menu.sections
    .map(({ products, ...section }) => ({ ...section, products: products.filter((one) => !wanted || `${one.name} ${one.description ?? ""} ${one.tags.join(" ")}`.toLowerCase().includes(wanted)) }))
    .filter(({ products }) => products.length > 0);
  const count = menu.sections.reduce((sum, { products }) => sum + products.length, 0);
  if (count === 0) return <Empty title={s("menu.none")} />;
  return (
    <>
      {count > FOLD && <Field label={s("menu.search")} type="search" maxLength={100} value={q} onChange={(event) => setQ(event.currentTarget.value)} />}
      {sections.length === 0 && <Empty title={s("none")} />}
      {sections.map((section) => (
        <section key={section.id ?? ""} className="menu-section" aria-label={section.name ?? s("menu.others")}>
          <h3>{section.name ?? s("menu.others")} {!section.served && <small className="muted">{s("served.not")}</small>}</h3>
          <ul className="products">
            {section.products.map((one) => <ProductRow key={one.id} product={one} currency={menu.currency} now={now} served={section.served} onOpen={() => onOpen(one)} />)}
          </ul>
        </section>
      ))}
    </>
  );
}

function ProductRow({ product, currency, now, served, onOpen }: { product: MenuProduct; currency: string; now: number; served: boolean; onOpen: () => void }): ReactNode {
  const { s, time } = useShopText();
  const there = sellable(product, now) && product.variants.some((one) => sellable(one, now));
  const free = there && served;
  const prices = product.variants.map((one) => priceOf(one, now));
  const least = Math.min(...prices);
  const [first] = product.variants;
  const before = first && product.variants.length === 1 ? (priceOf(first, now) < first.price ? first.price : first.comparePrice) : null;
  return (
    <li>
      <button type="button" className={free ? "product" : "product off"} disabled={!free} onClick={onOpen}>
        <Photo src={product.media[0]?.url} />
        <span className="product-text">
          <strong>{product.name}</strong>
          {product.description && <small className="muted">{product.description}</small>}
          <span className="badges">
            {!there && <Badge>{product.soldOutUntil ? s("sold_out.until", { time: time(product.soldOutUntil) }) : s("sold_out")}</Badge>}
            {product.tags.slice(0, 3).map((one) => <Badge key={one}>{one}</Badge>)}
          </span>
        </span>
        <span className="product-price">
          {Math.max(...prices) > least && <small className="muted">{s("from")} </small>}
          <Money amount={least} currency={currency} />
          {before != null && before > least && <small><s><Money amount={before} currency={currency} /></s></small>}
        </span>
      </button>
    </li>
  );
}
