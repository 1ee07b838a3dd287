// At the counter: the customers of the shop, found by their orders with it. Partners see no orders of others, so no other customers.
import type { Order } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { Field } from "../../ui/field.js";
import { useCheckoutText } from "./text.js";

export interface KnownCustomer {
  id: string;
  name: string;
}

const PAUSE = 300; // ms after the last letter
const MOST = 5;

export function CounterCustomer({ chosen, onChoose }: { chosen: KnownCustomer | null | undefined; onChoose: (customer: KnownCustomer | null) => void }): ReactNode {
  const { rest } = useMetaia();
  const k = useCheckoutText();
  const [q, setQ] = useState("");
  const [found, setFound] = useState<(KnownCustomer & { phone: string | null })[]>();
  useEffect(() => {
    setFound(undefined);
    if (q.trim().length < 2 || chosen) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      rest.send("get", "/api/orders", { query: { q: q.trim(), limit: 50 }, signal: stop.signal }).then(({ data }) => setFound(customersOf(data.orders)), () => undefined);
    }, PAUSE);
    return () => (clearTimeout(timer), stop.abort());
  }, [rest, q, chosen]);
  if (chosen) return <p className="chips"><span>{k("customer")}: <strong>{chosen.name}</strong></span> <Button kind="quiet" onClick={() => onChoose(null)}>{k("customer.other")}</Button></p>;
  return (
    <>
      <Field label={k("customer.search")} hint={k("customer.hint")} type="search" autoComplete="off" maxLength={80} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
      <div className="chips" role="group" aria-label={k("customer.search")} aria-live="polite">
        {found?.map(({ id, name, phone }) => <button key={id} type="button" className="chip" onClick={() => (setQ(""), onChoose({ id, name }))}>{name}{phone && ` · ${phone}`}</button>)}
        {found?.length === 0 && <small className="muted">{k("customer.none")}</small>}
      </div>
    </>
  );
}

/** The customers with an account of orders, each once, with the name of the newest order. */
function customersOf(orders: readonly Order[]) {
  const all = new Map<string, KnownCustomer & { phone: string | null }>();
  for (const { customerId, customerInfo } of orders) {
    if (customerId && customerInfo?.name && !all.has(customerId)) all.set(customerId, { id: customerId, name: customerInfo.name, phone: customerInfo.phone ?? null });
  }
  return [...all.values()].slice(0, MOST);
}
