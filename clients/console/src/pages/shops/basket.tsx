// The cart: its lines, what the server says it costs, and the order. A changed price is shown before it is paid.
import { MetaiaError } from "@metaia/client";
import { useUser } from "@metaia/client/react";
import type { Cart, Menu, PriceChange, Quote, SavedAddress, Shop } from "@metaia/client/shops";
import { useQuote, useShopsClient } from "@metaia/client/shops/react";
import { useRef, useState, type ReactNode } from "react";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Money } from "../../ui/format.js";
import { useToast } from "../../ui/toast.js";
import { isThere, productsOf, type CartHook } from "./cart.js";
import { Delivery, emptyDelivery, wrongIn, type DeliveryChoice } from "./delivery.js";
import { Lines } from "./lines.js";
import type { Place } from "./place.js";
import { Problems, Sums } from "./sums.js";
import { useShopText } from "./text.js";

const AGAIN = [408, 409, 425, 429]; // the same request may be sent again

/** Return the body of a quote and an order. */
function bodyOf(shop: Shop, cart: CartHook, choice: DeliveryChoice, place: Place | null, name: string | undefined): Cart {
  const { customer } = choice;
  const { fulfilment, typed, address, saved: chosen, at, instructions, leaveAtDoor, coupon, tip, notes, method, phone } = choice;
  const saved = typed ? undefined : place?.address; // another address is at another place
  const text = (saved ?? address).trim();
  const { lat, lng } = chosen ?? {};
  const point = typed && chosen ? lat != null && lng != null && { lat, lng } : place && (saved || !place.addressId) ? { lat: place.lat, lng: place.lng } : {};
  const destination = { address: text, ...point, ...(instructions.trim() && { instructions: instructions.trim() }), ...(leaveAtDoor && { leaveAtDoor }) };
  const there = text ? { destination } : {};
  return {
    partnerId: shop.id,
    currency: shop.currency,
    ...(customer && { customerId: customer.id }),
    items: cart.lines.map(({ key: _, seen: __, ...item }) => item),
    fulfilment,
    ...(fulfilment === "delivery" && there),
    ...(at && { scheduledFor: at }),
    ...(coupon.trim() && { coupon: coupon.trim() }),
    ...(Number(tip) > 0 && { tip: Number(tip) }),
    ...(notes.trim() && { notes: notes.trim() }),
    paymentMethod: method,
    customerInfo: { ...(name && !customer && { name }), ...(phone.trim() && { phone: phone.trim() }) },
  };
}

export function Basket({ shop, menu, now, cart, place, addresses, counter = false }: {
  shop: Shop;
  menu: Menu;
  now: number;
  cart: CartHook;
  place: Place | null;
  addresses: SavedAddress[] | undefined;
  /** Whether the shop itself orders, for a customer at its counter. */
  counter?: boolean;
}): ReactNode {
  const { s } = useShopText();
  const { t } = useText();
  const { go } = useRouter();
  const client = useShopsClient();
  const user = useUser();
  const toast = useToast();
  const { busy, run } = useAction();
  const [choice, setChoice] = useState<DeliveryChoice>(() => emptyDelivery(shop));
  const [changed, setChanged] = useState<PriceChange[]>([]);
  const last = useRef({ text: "", key: "" });
  const products = productsOf(menu);
  const wanted = bodyOf(shop, cart, choice, place, counter ? choice.name.trim() : user?.name);
  const { quote, busy: asking, error, show } = useQuote(cart.lines.length ? wanted : null, `${menu.menuVersion} ${shop.availability}`);
  const missing = cart.lines.filter((one) => !isThere(one, products, now));
  const wrong = wrongIn(choice, place, counter);
  if (!cart.lines.length) return <Card title={s("cart")}><Empty title={s("cart.none")} /></Card>;

  const send = () =>
    run(async () => {
      const body = { ...wanted, quoteId: quote!.id };
      const text = JSON.stringify(body);
      if (text !== last.current.text) last.current = { text, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
      try {
        const { id } = await client.order(body, last.current.key);
        cart.clear();
        go(`/orders/${id}`);
      } catch (reason) {
        if (reason instanceof MetaiaError && reason.status >= 400 && reason.status < 500 && (reason.code === "price_changed" || !AGAIN.includes(reason.status))) last.current = { text: "", key: "" };
        throw reason;
      }
    }, s("ordered"), (conflict) => {
      if (conflict.code !== "price_changed") return toast(conflict.message, "error");
      show(conflict.details["quote"] as Quote);
      setChanged((conflict.details["changed"] as PriceChange[]) ?? []);
    });

  return (
    <Card title={s("cart")} tools={<Button kind="quiet" onClick={cart.clear}>{s("cart.clear")}</Button>}>
      <Lines cart={cart} products={products} menu={menu} now={now} quote={quote} />
      <Delivery shop={shop} choice={choice} place={place} addresses={addresses} coupon={quote?.coupon} counter={counter} onChange={setChoice} />
      {error && <p role="alert" className="error">{error.message}</p>}
      {quote && <Problems problems={quote.problems} currency={quote.currency} />}
      {changed.length > 0 && <p role="alert" className="changed">{s("changed")}</p>}
      {quote && <Sums quote={quote} />}
      <Button kind="primary" className="wide" busy={busy} disabled={!quote?.orderable || asking || missing.length > 0 || !!wrong} onClick={() => void send()}>
        {changed.length ? s("order.again") : s("order")}{quote && <> · <Money amount={quote.total} currency={quote.currency} /></>}
      </Button>
      <p className="visually-hidden" aria-live="polite">{asking ? t("loading") : ""}</p>
      {wrong && <p className="muted small">{s(wrong)}</p>}
    </Card>
  );
}
