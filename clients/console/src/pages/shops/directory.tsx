// The directory: shops by words, category, place, and what they offer now.
import type { Shop, ShopFilter } from "@metaia/client/shops";
import { useShops, useShopsClient } from "@metaia/client/shops/react";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Avatar, Photo } from "../../ui/avatar.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { PlaceChoice, pointOf, usePlace } from "./place.js";
import { AvailabilityBadge, Stars, useShopText, useTerms } from "./text.js";

const PAUSE = 300; // ms after the last key before a search is sent
const FLAGS = ["open", "followed", "freeDelivery", "services"] as const;
const SORTS = ["distance", "-rating", "-popularity", "name", "-createdAt"] as const;
const PAGE = 24;

/** Return `value` once it has not changed for a while. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function useCategories(): readonly (readonly [string, string])[] {
  const client = useShopsClient();
  const [found, setFound] = useState<readonly (readonly [string, string])[]>([]);
  useEffect(() => {
    let current = true;
    client.categories().then((all) => current && setFound(all.map(({ slug, name }) => [slug, name] as const)), () => undefined);
    return () => void (current = false);
  }, [client]);
  return found;
}

export function ShopsPage(): ReactNode {
  const { t } = useText();
  const { s } = useShopText();
  const where = usePlace();
  const { place } = where;
  const [typed, setTyped] = useState("");
  const [category, setCategory] = useState("");
  const [flags, setFlags] = useState<readonly string[]>([]);
  const [wanted, setSort] = useState<(typeof SORTS)[number] | "">("");
  const categories = useCategories();
  const q = useSettled(typed.trim());
  const sort = wanted || (place ? "distance" : "-rating");
  const filter = useMemo<ShopFilter>(() => ({
    ...(q && { q }),
    ...(category && { category }),
    ...(place && (sort === "distance" ? { near: pointOf(place), radiusKm: 50 } : { near: pointOf(place) })),
    ...(place && flags.includes("freeDelivery") && { deliversTo: pointOf(place) }),
    ...Object.fromEntries(flags.map((one) => [one, true])),
    sort,
    limit: PAGE,
  }), [q, category, place, flags, sort]);
  const { data, hasMore, busy, error, more, reload } = useShops(filter);
  const flip = (one: string) => setFlags(flags.includes(one) ? flags.filter((other) => other !== one) : [...flags, one]);
  return (
    <Card title={s("shops")} tools={<PlaceChoice hook={where} />}>
      <div className="books">
        <div className="shop-search" role="search">
          <Field label={s("search")} type="search" maxLength={100} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
          {categories.length > 0 && <Select label={s("category")} value={category} onChange={(event) => setCategory(event.currentTarget.value)} options={[["", s("category.all")], ...categories]} />}
          <Select label={s("sortBy")} value={sort} onChange={(event) => setSort(event.currentTarget.value as (typeof SORTS)[number])} options={SORTS.filter((one) => place || one !== "distance").map((one) => [one, s(`sort.${one}`)] as const)} />
        </div>
        <div className="chips" role="group" aria-label={t("filter")}>
          {FLAGS.map((one) => <button key={one} type="button" className="chip" aria-pressed={flags.includes(one)} onClick={() => flip(one)}>{s(`flag.${one}`)}</button>)}
        </div>
        {error && !data ? <Empty title={s("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>
          : !data ? <Skeleton lines={6} />
          : data.length === 0 ? <Empty title={s("none")} />
          : (
            <div aria-busy={busy}>
              <ul className="shops">{data.map((one) => <ShopCard key={one.id} shop={one} category={categories.find(([slug]) => slug === one.category)?.[1] ?? one.category} />)}</ul>
              {hasMore && <div className="list-more"><Button busy={busy} onClick={more}>{t("list.more")}</Button></div>}
            </div>
          )}
      </div>
    </Card>
  );
}

function ShopCard({ shop, category }: { shop: Shop; category: string | null }): ReactNode {
  const { s } = useShopText();
  const terms = useTerms();
  const money = useMoney(shop.currency);
  return (
    <li className={shop.acceptsOrders ? "shop-card" : "shop-card off"}>
      <Photo src={shop.banner?.url} className="photo banner" />
      <Avatar name={shop.businessName} src={shop.logo?.url} size="large" />
      <div className="grow">
        <Link to={`/shops/${shop.slug || shop.id}`} className="shop-link">{shop.businessName}</Link>
        <p className="muted small">{[category, ...shop.tags.slice(0, 3), money(0).replace(/[\d.,\s]/g, "").repeat(shop.priceLevel ?? 0)].filter(Boolean).join(" · ")}</p>
        <p className="small">{terms(shop, money).join(" · ")}</p>
        <span className="badges"><AvailabilityBadge shop={shop} /><Stars rating={shop.rating} />{shop.following && <Badge tone="violet">{s("following")}</Badge>}</span>
      </div>
    </li>
  );
}

/** Return a function that writes an amount of a currency. */
export function useMoney(currency: string): (amount: number) => string {
  const { language } = useText();
  return useMemo(() => {
    const format = new Intl.NumberFormat(language === "hi" ? "hi-IN" : "en-IN", { style: "currency", currency });
    return (amount) => format.format(amount);
  }, [language, currency]);
}
