// How an order reaches its customer, and how it is paid: delivery or pickup, the address, a coupon, a tip.
import type { Fulfilment, Quote, SavedAddress, Shop } from "@metaia/client/shops";
import type { ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { checkout, payments } from "../../app/parts.js";
import { Field } from "../../ui/field.js";
import { Switch } from "../common/switch.js";
import type { Place } from "./place.js";
import type { KnownCustomer } from "../checkout/counter.js";
import { useShopText, type ShopKey } from "./text.js";

export interface DeliveryChoice {
  fulfilment: Fulfilment;
  /** Whether the address was typed here, so that the place of the page does not count. */
  typed: boolean;
  address: string;
  /** The saved address that was chosen here; null: another one. */
  saved?: SavedAddress | null;
  /** When the order is wanted, RFC 3339; empty: as soon as possible. */
  at: string;
  instructions: string;
  leaveAtDoor: boolean;
  /** Of the customer, at the counter; one with an account is chosen. */
  customer?: KnownCustomer | null;
  name: string;
  phone: string;
  coupon: string;
  tip: string;
  notes: string;
  method: "none" | "online" | "cod" | "credit";
}

export const emptyDelivery = (shop: Shop): DeliveryChoice => ({
  fulfilment: shop.fulfilments.includes("delivery") ? "delivery" : "pickup",
  typed: false, address: "", at: "", instructions: "", leaveAtDoor: false, name: "", phone: "", coupon: "", tip: "", notes: "", method: "none",
});

/** Return the key of what is missing. */
export function wrongIn(choice: DeliveryChoice, place: Place | null, counter: boolean): ShopKey | null {
  if (counter && !choice.customer && !choice.name.trim()) return "counter.name";
  if (choice.fulfilment === "delivery" && !choice.address.trim() && !(place?.addressId && !choice.typed)) return "address.needed";
  return Number(choice.tip) >= 0 ? null : "tip.wrong";
}

export function Delivery({ shop, choice, place, addresses, coupon, counter, onChange }: {
  shop: Shop;
  choice: DeliveryChoice;
  place: Place | null;
  addresses: SavedAddress[] | undefined;
  coupon: Quote["coupon"] | undefined;
  counter: boolean;
  onChange: (choice: DeliveryChoice) => void;
}): ReactNode {
  const { s, named } = useShopText();
  const put = (given: Partial<DeliveryChoice>) => onChange({ ...choice, ...given });
  const choose = (one: SavedAddress | null) => put({ typed: true, saved: one, address: one?.address ?? "", instructions: one?.instructions ?? choice.instructions });
  const saved = addresses?.find(({ id }) => id === place?.addressId);
  const refused = coupon && !coupon.accepted ? (named("coupon", coupon.reason ?? "unknown") ?? s("coupon.unknown")) : undefined;
  return (
    <div className="delivery">
      {counter && <Loaded part={checkout} lines={1} show={({ CounterCustomer }) => <CounterCustomer chosen={choice.customer} onChoose={(customer) => put({ customer })} />} />}
      {counter && !choice.customer && <Field label={s("counter.name")} autoComplete="off" maxLength={120} value={choice.name} onChange={(event) => put({ name: event.currentTarget.value })} />}
      {shop.fulfilments.length > 1 && (
        <div className="chips" role="group" aria-label={s("fulfilment")}>
          {shop.fulfilments.map((one) => <button key={one} type="button" className="chip" aria-pressed={choice.fulfilment === one} onClick={() => put({ fulfilment: one })}>{s(one)}</button>)}
        </div>
      )}
      {choice.fulfilment === "delivery" && (
        <>
          <Loaded part={checkout} lines={1} show={({ SavedAddresses }) => <SavedAddresses addresses={addresses ?? []} chosen={choice.typed ? choice.saved?.id : saved?.id} onChoose={choose} />} />
          <Field
            label={s("address")}
            autoComplete="street-address"
            maxLength={500}
            value={choice.typed ? choice.address : (saved?.address ?? choice.address)}
            onChange={(event) => put({ address: event.currentTarget.value, typed: !!saved || choice.typed, saved: null })}
          />
          <Field label={s("instructions")} maxLength={300} value={choice.instructions} onChange={(event) => put({ instructions: event.currentTarget.value })} />
          <Switch label={s("leave")} on={choice.leaveAtDoor} onChange={(leaveAtDoor) => put({ leaveAtDoor })} />
        </>
      )}
      <Loaded part={checkout} lines={1} show={({ Schedule }) => <Schedule at={choice.at} timeZone={shop.timeZone} opensAt={shop.acceptsOrders ? null : shop.opensAt} onChange={(at) => put({ at })} />} />
      <div className="two">
        <Field label={s("phone")} type="tel" autoComplete={counter ? "off" : "tel"} maxLength={40} value={choice.phone} onChange={(event) => put({ phone: event.currentTarget.value })} />
        <Field label={s("tip")} type="number" inputMode="decimal" min={0} step="any" value={choice.tip} onChange={(event) => put({ tip: event.currentTarget.value })} />
      </div>
      <Field label={s("coupon")} hint={coupon?.accepted ? s("coupon.taken") : undefined} error={refused} maxLength={40} autoComplete="off" value={choice.coupon} onChange={(event) => put({ coupon: event.currentTarget.value })} />
      <Field label={s("notes")} maxLength={2000} value={choice.notes} onChange={(event) => put({ notes: event.currentTarget.value })} />
      <Loaded part={payments} lines={1} show={({ MethodChoice }) => <MethodChoice method={choice.method} counter={counter} onChange={(method) => put({ method })} />} />
    </div>
  );
}
