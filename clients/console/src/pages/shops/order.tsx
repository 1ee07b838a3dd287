// What an order from a catalogue shows besides its items: how the total is made up, and the code for the courier.
import type { Order } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { checkout } from "../../app/parts.js";
import { ActionButton } from "../../ui/action.js";
import { Money } from "../../ui/format.js";
import { useShopText } from "./text.js";

interface Charges {
  subtotal: number;
  discount: number;
  coupon: { code: string } | null;
  fees: { code: string; name: string; amount: number }[];
  taxLines: { name: string; rate: number; amount: number; included: boolean }[];
  tip: number;
}

interface Arriving {
  eta?: { at: string; lowAt: string; highAt: string } | null;
  fulfilment: "delivery" | "pickup" | null;
}

export function OrderCharges({ order }: { order: Order }): ReactNode {
  const { s, number } = useShopText();
  const { subtotal, discount, coupon, fees, taxLines, tip } = order as Order & Charges;
  const row = (title: string, amount: number, key = title) => <li key={key}><span>{title}</span><Money amount={amount} currency={order.currency} /></li>;
  const { scheduledFor } = order as Order & { scheduledFor?: string | null };
  return (
    <>
    {scheduledFor && <Loaded part={checkout} lines={1} show={({ Scheduled }) => <Scheduled at={scheduledFor} />} />}
    <ul className="items sums">
      {row(s("subtotal"), subtotal)}
      {discount > 0 && row(coupon ? `${s("discount")} (${coupon.code})` : s("discount"), -discount)}
      {fees.map((one) => row(one.code === "delivery" ? s("fee.delivery") : one.name, one.amount, one.code))}
      {taxLines.map((one) => row(`${one.name} ${number(one.rate, 2)} %${one.included ? ` (${s("included")})` : ""}`, one.amount, `${one.name} ${one.rate}`))}
      {tip > 0 && row(s("tip"), tip)}
    </ul>
    </>
  );
}

/** Between which times an order arrives, as its last action has it; a time that has passed is not shown. */
export function OrderArrival({ order }: { order: Order }): ReactNode {
  const { s, time, hour } = useShopText();
  const { eta, fulfilment } = order as Order & Arriving;
  if (!eta || Date.parse(eta.highAt) < Date.now()) return null;
  const today = new Date(eta.highAt).toDateString() === new Date().toDateString();
  return <p className="arrival">{s(fulfilment === "pickup" ? "arrives.pickup" : "arrives", { from: (today ? hour : time)(eta.lowAt), to: (today ? hour : time)(eta.highAt) })}</p>;
}

/** The code that the customer states to the courier. It is in no event, so it is asked for. */
export function DeliveryCode({ order }: { order: Order }): ReactNode {
  const { rest } = useMetaia();
  const { s } = useShopText();
  const [code, setCode] = useState<string>();
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    rest.send("get", "/api/orders/{order_id}", { path: { order_id: order.id }, signal: stop.signal }).then(({ data }) => setCode(data.order.delivery?.code), () => undefined);
    return () => stop.abort();
  }, [rest, order.id, order.version, asked]);
  if (!code) return null;
  const renew = () => rest.send("post", "/api/orders/{order_id}/delivery-code", { path: { order_id: order.id }, body: {}, key: crypto.randomUUID() }).then(() => setAsked((before) => before + 1));
  return (
    <p className="delivery-code"><span>{s("code")}</span> <strong className="mono">{code}</strong> <ActionButton kind="quiet" action={renew}>{s("code.new")}</ActionButton></p>
  );
}
