// What a quote adds up to, and what stands against ordering it.
import type { Quote, QuoteProblem } from "@metaia/client/shops";
import type { ReactNode } from "react";
import { Money } from "../../ui/format.js";
import { useMoney } from "./directory.js";
import { useShopText } from "./text.js";

export function Sums({ quote }: { quote: Quote }): ReactNode {
  const { s, number } = useShopText();
  const { currency, subtotal, discount, fees, taxLines, tip, total, etaMinutes } = quote;
  const row = (title: string, amount: number, key = title) => <li key={key}><span>{title}</span><Money amount={amount} currency={currency} /></li>;
  return (
    <ul className="items sums" aria-live="polite">
      {row(s("subtotal"), subtotal)}
      {discount > 0 && row(s("discount"), -discount)}
      {fees.map((one) => row(one.code === "delivery" ? s("fee.delivery") : one.name, one.amount, one.code))}
      {taxLines.map((one) => row(`${one.name} ${number(one.rate, 2)} %${one.included ? ` (${s("included")})` : ""}`, one.amount, `${one.name} ${one.rate}`))}
      {tip > 0 && row(s("tip"), tip)}
      <li className="total"><span>{s("total")}{etaMinutes && <small className="muted"> · {s("eta", { low: etaMinutes[0]!, high: etaMinutes[1]! })}</small>}</span><Money amount={total} currency={currency} /></li>
    </ul>
  );
}

export function Problems({ problems, currency }: { problems: readonly QuoteProblem[]; currency: string }): ReactNode {
  const { named, time } = useShopText();
  const money = useMoney(currency);
  const textOf = (one: QuoteProblem) => {
    const text = named("problem", one.code);
    if (!text) return one.message;
    const filled: Record<string, string> = {};
    for (const [name, value] of Object.entries(one)) {
      if (typeof value === "number") filled[name] = ["minimum", "missing"].includes(name) ? money(value) : String(value);
      else if (typeof value === "string") filled[name] = ["opensAt", "until", "from"].includes(name) ? time(value) : value;
    }
    return text.replace(/\{(\w+)\}/g, (_, name: string) => filled[name] ?? "");
  };
  if (!problems.length) return null;
  return <div className="problems" role="alert">{problems.map((one, index) => <p key={index}>{textOf(one)}</p>)}</div>;
}
