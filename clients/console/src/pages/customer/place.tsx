// A new order: from whom, what, to where.
import { MetaiaError, type NewOrder } from "@metaia/client";
import { useMetaia, useOrders, useUser } from "@metaia/client/react";
import { useRef, useState, type FormEvent, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { payments } from "../../app/parts.js";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { usePartners } from "../common/people.js";
import { empty, Items, problemOf, type Line } from "./items.js";
import { PartnerChoice } from "./partner-choice.js";
import { PRODUCTS, RATES, totalOf } from "./products.js";

const CURRENCIES = Object.keys(RATES).map((code) => [code, code] as const);
const AGAIN = [408, 409, 425, 429]; // the same request may be sent again

/** Return a function that places an order once, however often it is called with the same order. */
function usePlace(): (order: NewOrder) => Promise<string> {
  const { rest, orders } = useMetaia();
  const last = useRef({ text: "", key: "" });
  return async (body) => {
    const text = JSON.stringify(body);
    if (text !== last.current.text) last.current = { text, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
    try {
      const { data } = await rest.send("post", "/api/orders", { body, key: last.current.key });
      last.current = { text: "", key: "" };
      orders.take(data.order);
      return data.order.id;
    } catch (error) {
      const final = error instanceof MetaiaError && error.status >= 400 && error.status < 500 && !AGAIN.includes(error.status);
      if (final) last.current = { text: "", key: "" };
      throw error;
    }
  };
}

export function PlaceOrder(): ReactNode {
  const { t } = useText();
  const { go } = useRouter();
  const { orders } = useOrders();
  const partners = usePartners(orders);
  const user = useUser();
  const place = usePlace();
  const { busy, run } = useAction();
  const [chosen, choose] = useState<string | null>();
  const [lines, setLines] = useState<Line[]>([empty()]);
  const [currency, setCurrency] = useState("INR");
  const [info, setInfo] = useState<{ name?: string; phone?: string; address?: string; notes?: string }>({});
  const [method, setMethod] = useState<NonNullable<NewOrder["paymentMethod"]>>("none");
  const [checked, setChecked] = useState(false);
  const partner = chosen === undefined ? (partners[0]?.id ?? null) : chosen;
  const role = partner === null ? "operator" : (partners.find((one) => one.id === partner)?.role ?? "vendor");
  const items = lines.filter((line) => line.name || line.price).map((line) => ({ name: line.name.trim(), quantity: Number(line.quantity), price: Number(line.price), ...(line.pictures?.length && { mediaIds: line.pictures }) }));
  const total = totalOf(items.filter((one) => one.quantity > 0 && one.price >= 0), currency);
  const put = (field: keyof typeof info) => (event: FormEvent<HTMLInputElement>) => setInfo({ ...info, [field]: event.currentTarget.value });
  /** The partner that is shown when the form is first used stays the chosen one, whichever comes online afterwards. */
  const keep = () => choose((now) => (now === undefined ? partner : now));
  const change = (next: Line[]) => (keep(), setLines(next));
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!items.length || lines.some((line) => problemOf(line, lines.length, currency))) return;
    const { name = user?.name, phone, address, notes } = info;
    const customerInfo = { ...(name && { name }), ...(phone && { phone }), ...(address && { address }) };
    await run(async () => {
      const id = await place({ partnerId: partner, items, currency, total, paymentMethod: method, customerInfo, ...(notes && { notes }) } as NewOrder);
      go(`/orders/${id}`);
    }, t("place.placed"));
  };
  return (
    <form className="columns place" noValidate onFocusCapture={keep} onSubmit={(event) => void send(event)}>
      <div className="place-parts">
        <Card title={t("place.from")}>
          <PartnerChoice partners={partners} chosen={partner} onChoose={choose} />
        </Card>
        <Card title={t("place.what")} tools={<Select label={t("place.currency")} value={currency} onChange={(event) => setCurrency(event.currentTarget.value)} options={CURRENCIES} />}>
          <Items lines={lines} onChange={change} currency={currency} checked={checked} products={PRODUCTS[role] ?? []} />
        </Card>
      </div>
      <Card title={t("place.where")}>
        <Field label={t("place.name")} autoComplete="name" maxLength={120} value={info.name ?? user?.name ?? ""} onChange={put("name")} />
        <Field label={t("place.phone")} type="tel" autoComplete="tel" maxLength={40} value={info.phone ?? ""} onChange={put("phone")} />
        <Field label={t("place.address")} autoComplete="street-address" maxLength={500} value={info.address ?? ""} onChange={put("address")} />
        <Field label={t("place.notes")} maxLength={2000} value={info.notes ?? ""} onChange={put("notes")} />
        <Loaded part={payments} lines={1} show={({ MethodChoice }) => <MethodChoice method={method} onChange={setMethod} />} />
        <p className="place-total"><span>{t("order.total")}</span> <strong aria-live="polite"><Money amount={total} currency={currency} /></strong></p>
        <Button type="submit" kind="primary" className="wide" busy={busy}>{t("place.send")}</Button>
      </Card>
    </form>
  );
}
