// What an order from a catalogue shows besides its items: how the total is made up.
import type { Order } from "@metaia/client";
import type { ReactNode } from "react";
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

export function OrderCharges({ order }: { order: Order }): ReactNode {
  const { s, number } = useShopText();
  const { subtotal, discount, coupon, fees, taxLines, tip } = order as Order & Charges;
  const row = (title: string, amount: number, key = title) => <li key={key}><span>{title}</span><Money amount={amount} currency={order.currency} /></li>;
  return (
    <ul className="items sums">
      {row(s("subtotal"), subtotal)}
      {discount > 0 && row(coupon ? `${s("discount")} (${coupon.code})` : s("discount"), -discount)}
      {fees.map((one) => row(one.code === "delivery" ? s("fee.delivery") : one.name, one.amount, one.code))}
      {taxLines.map((one) => row(`${one.name} ${number(one.rate, 2)} %${one.included ? ` (${s("included")})` : ""}`, one.amount, `${one.name} ${one.rate}`))}
      {tip > 0 && row(s("tip"), tip)}
    </ul>
  );
}
