// The profile of a shop: what customers read, whether it takes orders now, hours, delivery.
import type { OwnShop } from "@metaia/client/catalogue";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { fleet, storefront } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Switch } from "../common/switch.js";
import { DeliveryCard } from "./delivery.js";
import { numberOf, textOf, useCatalogueClient, useOwnShop } from "./data.js";
import { ShopHours } from "./hours.js";
import { useCatalogueText, type CatalogueKey } from "./text.js";

const TONES: Record<string, string> = { draft: "grey", in_review: "amber", published: "green", hidden: "red", open: "green", busy: "amber", closed: "grey" };
const PAUSES = [30, 60, 120] as const; // minutes
const TEXTS = ["businessName", "description", "phone", "website"] as const;
const ACTIONS = ["submit", "show", "hide"] as const;
const FULFILMENTS = ["delivery", "pickup"] as const;
const ADDRESS = ["line1", "line2", "postalCode", "city", "region", "country"] as const;

// What each card shows: it begins anew only when that changes, so that saving one card leaves the inputs of the others.
const SHOWN = {
  profile: ["businessName", "description", "phone", "website", "address", "category", "tags", "currency", "fulfilments", "customItems", "location", "preparationMinutes", "minimumOrder", "priceLevel"],
  pictures: ["logoMediaId", "bannerMediaId", "mediaIds"],
  hours: ["hours", "timeZone"],
  delivery: ["deliverySettings"],
} as const;
const keyOf = (shop: OwnShop | null, names: readonly (keyof OwnShop)[]) => JSON.stringify([names[0], ...names.map((name) => shop?.[name] ?? null)]);

export function ProfilePage(): ReactNode {
  const { t } = useText();
  const { c, named } = useCatalogueText();
  const { data: shop, error, reload } = useOwnShop();
  const client = useCatalogueClient();
  if (error && shop === undefined) return <Card title={c("profile")}><Empty title={c("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty></Card>;
  if (shop === undefined) return <Skeleton lines={8} />;
  const paused = !!shop?.pausedUntil && Date.parse(shop.pausedUntil) > Date.now();
  const then = (work: Promise<unknown>) => work.then(reload);
  return (
    <>
      {shop && (
        <Card
          title={<>{shop.businessName} <Badge tone={TONES[shop.status]!}>{named("shop", shop.status)}</Badge> {shop.status === "published" && <Badge tone={TONES[shop.availability]!}>{named("availability", shop.availability)}</Badge>}</>}
          tools={<><Link to="/shop">{c("catalogue")}</Link>{ACTIONS.filter((one) => shop.allowedActions.includes(one)).map((one) => <ActionButton key={one} kind={one === "hide" ? "danger" : "primary"} action={() => then(client.shop.act(one))} done={c(`${one}.done`)}>{c(one)}</ActionButton>)}</>}
        >
          {shop.statusReason && <p role="alert" className="error">{shop.statusReason}</p>}
          <div className="actions">
            {paused
              ? <ActionButton kind="primary" action={() => then(client.shop.act("resume"))} done={c("resumed")}>{c("resume")}</ActionButton>
              : PAUSES.map((minutes) => <ActionButton key={minutes} action={() => then(client.shop.pause({ minutes }))} done={c("paused")}>{c("pause", { minutes })}</ActionButton>)}
          </div>
        </Card>
      )}
      <ProfileCard key={keyOf(shop, SHOWN.profile)} shop={shop} onDone={reload} />
      {shop && <Loaded key={keyOf(shop, SHOWN.pictures)} part={storefront} show={({ ShopPictures }) => <ShopPictures shop={shop} client={client} onDone={reload} />} />}
      {shop && <ShopHours key={keyOf(shop, SHOWN.hours)} shop={shop} onDone={reload} />}
      {shop && <DeliveryCard key={keyOf(shop, SHOWN.delivery)} shop={shop} onDone={reload} />}
      {shop && <Loaded part={fleet} lines={3} show={({ Fleet }) => <Fleet />} />}
    </>
  );
}

function useCategories(): readonly (readonly [string, string])[] {
  const { rest } = useMetaia();
  const [found, setFound] = useState<readonly (readonly [string, string])[]>([]);
  useEffect(() => {
    let current = true;
    rest.send("get", "/api/categories", { auth: false }).then(({ data }) => current && setFound(data.categories.map((one: { slug: string; name: string }) => [one.slug, one.name] as const)), () => undefined);
    return () => void (current = false);
  }, [rest]);
  return found;
}

function ProfileCard({ shop, onDone }: { shop: OwnShop | null; onDone: () => void }): ReactNode {
  const { c } = useCatalogueText();
  const client = useCatalogueClient();
  const categories = useCategories();
  const [texts, setTexts] = useState<Record<string, string>>(() => Object.fromEntries(TEXTS.map((one) => [one, shop?.[one] ?? ""])));
  const [address, setAddress] = useState<Record<string, string>>(() => Object.fromEntries(ADDRESS.map((one) => [one, shop?.address?.[one] ?? ""])));
  const [more, setMore] = useState(() => ({
    category: shop?.category ?? "", tags: shop?.tags.join(", ") ?? "", currency: shop?.currency ?? "INR", fulfilments: shop?.fulfilments ?? ["delivery", "pickup"], customItems: shop?.customItems ?? false,
    lat: textOf(shop?.location?.lat), lng: textOf(shop?.location?.lng), preparationMinutes: textOf(shop?.preparationMinutes ?? 20), minimumOrder: textOf(shop?.minimumOrder ?? 0), priceLevel: textOf(shop?.priceLevel),
  }));
  const [lat, lng] = [numberOf(more.lat), numberOf(more.lng)];
  const place = lat === null && lng === null ? null : { lat: lat ?? NaN, lng: lng ?? NaN };
  const placed = !place || (Math.abs(place.lat) <= 85 && Math.abs(place.lng) <= 180);
  const wrong = !texts["businessName"]!.trim() || !/^[A-Z]{3}$/.test(more.currency) || !placed || !more.fulfilments.length || !/^([A-Z]{2})?$/.test(address["country"]!) || !(Number(more.preparationMinutes) >= 0) || !(Number(more.minimumOrder) >= 0);
  const send = async () => {
    const given = (values: Record<string, string>) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim() || null]));
    const body = {
      ...given(texts), address: given(address), location: place, category: more.category || null, tags: more.tags.split(",").map((one) => one.trim()).filter(Boolean),
      currency: more.currency, fulfilments: more.fulfilments, customItems: more.customItems, preparationMinutes: Number(more.preparationMinutes), minimumOrder: Number(more.minimumOrder), priceLevel: numberOf(more.priceLevel),
    };
    await client.shop.save(body, shop?.version);
    onDone();
  };
  const locate = () => navigator.geolocation.getCurrentPosition(({ coords }) => setMore((before) => ({ ...before, lat: coords.latitude.toFixed(5), lng: coords.longitude.toFixed(5) })));
  const field = (name: "tags" | "currency" | "lat" | "lng" | "preparationMinutes" | "minimumOrder" | "priceLevel", more_: object = {}) => <Field label={c(`profile.${name}` as CatalogueKey)} value={more[name]} {...more_} onChange={(event) => { const { value } = event.currentTarget; setMore((before) => ({ ...before, [name]: value })); }} />;
  const number = { type: "number", inputMode: "decimal", step: "any" };
  return (
    <Card title={c("profile")} tools={!shop && <span className="muted">{c("profile.new")}</span>}>
      <div className="two">
        {TEXTS.map((one) => <Field key={one} label={c(`profile.${one}`)} value={texts[one]} maxLength={one === "description" ? 2000 : 200} onChange={(event) => { const { value } = event.currentTarget; setTexts((before) => ({ ...before, [one]: value })); }} />)}
        {categories.length > 0 && <Select label={c("profile.category")} value={more.category} onChange={(event) => { const { value } = event.currentTarget; setMore((before) => ({ ...before, category: value })); }} options={[["", "–"], ...categories]} />}
        {field("tags", { maxLength: 300 })}
        {field("currency", { maxLength: 3 })}
        {field("preparationMinutes", number)}
        {field("minimumOrder", number)}
        {field("priceLevel", { ...number, min: 1, max: 4, step: 1 })}
      </div>
      <h3>{c("profile.address")}</h3>
      <div className="two">
        {ADDRESS.map((one) => <Field key={one} label={c(`address.${one}`)} value={address[one]} maxLength={one === "country" ? 2 : 200} onChange={(event) => { const { value } = event.currentTarget; setAddress((before) => ({ ...before, [one]: value })); }} />)}
        {field("lat", number)}
        {field("lng", number)}
      </div>
      <div className="chips" role="group" aria-label={c("fulfilments")}>
        {FULFILMENTS.map((one) => <button key={one} type="button" className="chip" aria-pressed={more.fulfilments.includes(one)} onClick={() => setMore((before) => ({ ...before, fulfilments: FULFILMENTS.filter((other) => (other === one ? !before.fulfilments.includes(one) : before.fulfilments.includes(other))) }))}>{c(`fulfilment.${one}`)}</button>)}
      </div>
      <Switch label={c("profile.customItems")} on={more.customItems} onChange={(customItems) => setMore((before) => ({ ...before, customItems }))} />
      <div className="actions">
        <Button onClick={locate}>{c("profile.locate")}</Button>
        <ActionButton kind="primary" disabled={wrong} action={send} done={c("saved")}>{c("save")}</ActionButton>
      </div>
    </Card>
  );
}
