// A new offer: to whom, what, at which price. A missing price asks for one.
import { useOffersClient } from "@metaia/client/offers/react";
import { useMetaia, useStore, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { PARTNERS } from "../../app/roles.js";
import { Link, useRouter } from "../../app/router.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Select } from "../../ui/field.js";
import { useNames, usePartners } from "../common/people.js";
import { RoundFields } from "./fields.js";
import { emptyDraft, roundOf, wrongIn } from "./round.js";
import { useOfferText } from "./text.js";

const CURRENCIES = ["INR", "USD", "EUR", "GBP", "AED", "JPY"].map((one) => [one, one] as const);

interface Person {
  id: string;
  name: string;
  partner: boolean;
}

/** Whom the user may make an offer to: partners, and a partner's customers of orders. */
function usePeople(): Person[] {
  const { orders } = useMetaia();
  const me = useUser();
  const name = useNames();
  const known = useStore(orders.store, (state) => state.orders);
  const partners = usePartners(known).filter(({ id }) => id !== me?.id).map(({ id, name: text }) => ({ id, name: text, partner: true }));
  if (!PARTNERS.includes(me?.role ?? "")) return partners;
  const customers = new Map<string, Person>();
  for (const { customerId: id, customerInfo } of known) if (id) customers.set(id, { id, name: customerInfo?.name ?? name(id, "customer"), partner: false });
  return [...customers.values(), ...partners];
}

export function NewOfferPage(): ReactNode {
  const client = useOffersClient();
  const { go } = useRouter();
  const { o } = useOfferText();
  const { busy, run } = useAction();
  const people = usePeople();
  const me = useUser();
  const [key] = useState(() => crypto.randomUUID()); // pressed twice, it is one offer
  const [chosen, setChosen] = useState("");
  const [side, setSide] = useState<"seller" | "buyer">("seller");
  const [draft, setDraft] = useState(() => emptyDraft("INR"));
  const recipient = people.find(({ id }) => id === chosen) ?? people[0];
  const between = recipient?.partner && PARTNERS.includes(me?.role ?? "");
  const send = () =>
    run(async () => {
      const body = { ...roundOf(draft), recipientId: recipient!.id, currency: draft.currency, ...(between && { as: side }) };
      const { id } = await client.create(body, `${key}-${JSON.stringify(body).length}`);
      go(`/offers/${id}`);
    }, o("made"));
  return (
    <Card title={o("make")} tools={<Link to="/offers">{o("offers")}</Link>}>
      <div className="two">
        <Select label={o("recipient")} value={recipient?.id ?? ""} onChange={(event) => setChosen(event.currentTarget.value)} options={people.map(({ id, name }) => [id, name] as const)} />
        <Select label={o("currency")} value={draft.currency} onChange={(event) => setDraft({ ...draft, currency: event.currentTarget.value })} options={CURRENCIES} />
        {between && <Select label={o("side")} value={side} onChange={(event) => setSide(event.currentTarget.value as "seller" | "buyer")} options={[["seller", o("side.seller")], ["buyer", o("side.buyer")]]} />}
      </div>
      <RoundFields draft={draft} onChange={setDraft} />
      <Button kind="primary" className="wide" busy={busy} disabled={!recipient || wrongIn(draft) !== null} onClick={() => void send()}>{o("send")}</Button>
    </Card>
  );
}
