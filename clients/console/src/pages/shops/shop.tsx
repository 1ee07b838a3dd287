// One shop: what it is, its menu, and the cart next to it.
import { costOf, type MenuProduct, type Shop } from "@metaia/client/shops";
import { useUser } from "@metaia/client/react";
import { useMenu, useShop, useShopsClient } from "@metaia/client/shops/react";
import { useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Avatar, Photo } from "../../ui/avatar.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Basket } from "./basket.js";
import { useCart } from "./cart.js";
import { useMoney } from "./directory.js";
import { ItemDialog } from "./item.js";
import { MenuList } from "./menu.js";
import { PlaceChoice, pointOf, usePlace, type PlaceHook } from "./place.js";
import { ShopReviews } from "./reviews.js";
import { AvailabilityBadge, Stars, useShopText, useTerms } from "./text.js";

export function ShopPage({ id }: { id: string }): ReactNode {
  const { t } = useText();
  const { s } = useShopText();
  const where = usePlace();
  const { place } = where;
  const { shop, error, reload } = useShop(id, place ? pointOf(place) : undefined);
  if (error && !shop) {
    return <Card><Empty title={error.status === 404 ? s("unknown") : s("failed")}>{error.status === 404 ? <Link to="/shops">{s("shops")}</Link> : <Button onClick={reload}>{t("list.again")}</Button>}</Empty></Card>;
  }
  if (!shop) return <Skeleton lines={8} />;
  return (
    <>
      <Head shop={shop} tools={<PlaceChoice hook={where} />} />
      <Sale key={shop.id} shop={shop} where={where} />
      <ShopReviews shop={shop} />
    </>
  );
}

function Head({ shop, tools }: { shop: Shop; tools: ReactNode }): ReactNode {
  const { s, time } = useShopText();
  const client = useShopsClient();
  const terms = useTerms();
  const money = useMoney(shop.currency);
  const { line1, city, postalCode } = shop.address ?? {};
  const facts = [...terms(shop, money), shop.minimumOrder > 0 ? s("minimum", { amount: money(shop.minimumOrder) }) : "", shop.lastOrderAt && shop.acceptsOrders ? s("last_order", { time: time(shop.lastOrderAt) }) : ""];
  return (
    <Card
      title={<><Avatar name={shop.businessName} src={shop.logo?.url} size="large" /> {shop.businessName} <AvailabilityBadge shop={shop} /> <Stars rating={shop.rating} /></>}
      tools={<>{tools}<ActionButton action={() => client.follow(shop.id, !shop.following)}>{s(shop.following ? "unfollow" : "follow")} · {shop.followers}</ActionButton></>}
    >
      <Photo src={shop.banner?.url} className="photo banner" />
      {shop.description && <p className="lines">{shop.description}</p>}
      <p className="muted">{facts.filter(Boolean).join(" · ")}</p>
      <p className="small muted">{[line1, [postalCode, city].filter(Boolean).join(" ")].filter(Boolean).join(", ")}{shop.phone && <> · <a href={`tel:${shop.phone.replace(/[^+\d]/g, "")}`}>{shop.phone}</a></>}</p>
      {shop.media.length > 0 && <div className="photos">{shop.media.map((one) => <Photo key={one.id} src={one.url} />)}</div>}
    </Card>
  );
}

/** The own shop's menu with a cart, for customers at the counter. */
export function CounterPage(): ReactNode {
  const { t } = useText();
  const { s } = useShopText();
  const { shop, error, reload } = useShop(useUser()!.id);
  if (error && !shop) {
    return <Card title={s("counter")}><Empty title={error.status === 404 ? s("counter.closed") : s("failed")}>{error.status === 404 ? <Link to="/shop">{s("shop")}</Link> : <Button onClick={reload}>{t("list.again")}</Button>}</Empty></Card>;
  }
  if (!shop) return <Skeleton lines={8} />;
  return <Sale key={shop.id} shop={shop} where={{ place: null, addresses: undefined }} counter />;
}

function Sale({ shop, where: { place, addresses }, counter }: { shop: Shop; where: Pick<PlaceHook, "place" | "addresses">; counter?: boolean }): ReactNode {
  const { s } = useShopText();
  const { menu, error, now } = useMenu(shop.id);
  const cart = useCart(shop.id);
  const [open, setOpen] = useState<string | null>(null);
  const product = menu?.sections.flatMap(({ products }) => products).find((one: MenuProduct) => one.id === open);
  return (
    <div className="columns">
      <Card title={s(counter ? "counter" : "menu")}>
        {menu ? <MenuList menu={menu} now={now} onOpen={({ id }) => setOpen(id)} /> : error ? <Empty title={s("failed")} /> : <Skeleton lines={6} />}
      </Card>
      <div className="sticky">{menu && <Basket shop={shop} menu={menu} now={now} cart={cart} place={place} addresses={addresses} counter={counter} />}</div>
      {menu && product && <ItemDialog product={product} menu={menu} now={now} onAdd={(item) => cart.add(item, costOf(product, item, menu.modifierGroups, now))} onClose={() => setOpen(null)} />}
    </div>
  );
}
