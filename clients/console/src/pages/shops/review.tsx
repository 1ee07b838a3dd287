// After a delivery: what the customer thinks of the shop, the courier and each product.
import type { Order } from "@metaia/client";
import { MetaiaError } from "@metaia/client";
import type { NewReview, SubjectType } from "@metaia/client/reviews";
import { useReviewsClient } from "@metaia/client/reviews/react";
import { useEffect, useState, type ReactNode } from "react";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Field } from "../../ui/field.js";
import { useToast } from "../../ui/toast.js";
import { useShopText } from "./text.js";

const DAYS = 30;
const DAY = 86_400_000; // ms
const DONE = ["delivered", "completed"];
const FINAL = ["already_reviewed", "not_reviewable", "own_shop"];

interface Subject {
  type: SubjectType;
  id: string;
  name: string;
}

/** What an order can be reviewed for. */
function subjectsOf(order: Order, partner: string, courier: string): Subject[] {
  const items = order.items as (Order["items"][number] & { productId?: string | null })[];
  const products = new Map(items.flatMap(({ productId, name }) => (productId ? [[productId, name] as const] : [])));
  return [
    ...(order.partnerId ? [{ type: "partner", id: order.partnerId, name: partner } as const] : []),
    ...(order.deliveryPartnerId ? [{ type: "courier", id: order.deliveryPartnerId, name: courier } as const] : []),
    ...[...products].map(([id, name]) => ({ type: "product", id, name }) as const),
  ];
}

export function OrderReview({ order }: { order: Order }): ReactNode {
  const { s, named } = useShopText();
  const client = useReviewsClient();
  const toast = useToast();
  const { busy, run } = useAction();
  const [ratings, setRatings] = useState<Record<string, number>>({});
  const [text, setText] = useState("");
  const [ended, setEnded] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    client.mine({ orderId: order.id, limit: 1 }).then(({ reviews }) => current && reviews.length > 0 && setEnded(s("review.already_reviewed")), () => undefined);
    return () => void (current = false);
  }, [client, order.id]);
  const subjects = subjectsOf(order, s("subject.partner"), s("subject.courier"));
  if (!DONE.includes(order.status) || !subjects.length || Date.now() - Date.parse(order.updatedAt) > DAYS * DAY) return null;
  if (ended) return <p className="muted">{ended}</p>;
  const send = async () => {
    const given = subjects.filter(({ id }) => ratings[id]);
    const body: NewReview = { orderId: order.id, subjects: given.map(({ type, id }) => ({ type, id, rating: ratings[id]! })), ...(text.trim() && { text: text.trim() }) };
    const went = await run(() => client.create(body), undefined, (error: MetaiaError) => {
      if (FINAL.includes(error.code)) setEnded(named("review", error.code) ?? error.message);
      else toast(error.message, "error");
    });
    if (went) setEnded(s("review.thanks"));
  };
  return (
    <section className="order-review" aria-label={s("review")}>
      <h3>{s("review")}</h3>
      {subjects.map((one) => (
        <fieldset key={one.id} className="rate">
          <legend>{one.name}</legend>
          {[1, 2, 3, 4, 5].map((value) => (
            <button key={value} type="button" aria-label={s("stars", { count: value })} aria-pressed={ratings[one.id] === value} className={value <= (ratings[one.id] ?? 0) ? "star on" : "star"} onClick={() => setRatings({ ...ratings, [one.id]: value })}>★</button>
          ))}
        </fieldset>
      ))}
      <Field label={s("review.text")} maxLength={2000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Button busy={busy} disabled={!Object.keys(ratings).length} onClick={() => void send()}>{s("review.send")}</Button>
    </section>
  );
}
