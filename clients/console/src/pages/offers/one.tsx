// One offer, for both sides and staff: the present round, the actions, and how it came to it.
import { MetaiaError } from "@metaia/client";
import type { Offer, OfferHistory } from "@metaia/client/offers";
import { useOffer } from "@metaia/client/offers/react";
import { useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Money, TimeAgo, useCountdown } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useNames } from "../common/people.js";
import { useDuration } from "../common/time.js";
import { AnswerDialog, type Answer } from "./answer.js";
import { useOtherSide } from "./list.js";
import { OfferBadge, useOfferText } from "./text.js";

const ORDER: readonly Answer[] = ["accept", "counter", "revise", "reject", "withdraw", "cancel"];
const DANGER: readonly Answer[] = ["reject", "withdraw", "cancel"];

export function OfferPage({ id }: { id: string }): ReactNode {
  const { t } = useText();
  const { o, named } = useOfferText();
  const { offer, history, error } = useOffer(id);
  const [asked, setAsked] = useState<Answer | null>(null);
  const me = useUser()?.id;
  if (error instanceof MetaiaError && [403, 404, 422].includes(error.status) && !offer) return <Card><Empty title={o("unknown")}><Link to="/offers">{t("back")}</Link></Empty></Card>;
  if (!offer) return <Skeleton lines={8} />;
  const actions = ORDER.filter((one) => offer.allowedActions.includes(one));
  return (
    <div className="columns">
      <Card title={<>{offer.offerNumber} <OfferBadge status={offer.status} /> {offer.turn === me && <Badge tone="amber">{o("turn")}</Badge>}</>} tools={<Link to={`/deals/${offer.dealId}`}>{o("deal")}</Link>}>
        <Round round={offer} />
        <Facts offer={offer} />
        <div className="actions">
          {actions.map((one, index) => <Button key={one} kind={DANGER.includes(one) ? "danger" : index === 0 ? "primary" : "normal"} onClick={() => setAsked(one)}>{named("action", one)}</Button>)}
        </div>
      </Card>
      <Card title={o("rounds")}>{history ? <History history={history} currency={offer.currency} /> : <Skeleton lines={4} />}</Card>
      {asked && <AnswerDialog offer={offer} answer={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

function Round({ round: { items, currency, adjustment, total } }: { round: Pick<Offer, "items" | "currency" | "adjustment" | "total"> }): ReactNode {
  const { o } = useOfferText();
  return (
    <ul className="items">
      {items.map((one) => (
        <li key={one.id}>
          <span className="long">{one.quantity} {one.unit ?? "×"} {one.name}{one.minQuantity < one.quantity && <small className="block muted">{o("least.shown", { count: one.minQuantity })}</small>}</span>
          {one.price === null ? <span className="muted">{o("no.price")}</span> : <Money amount={one.price * one.quantity} currency={currency} />}
        </li>
      ))}
      {adjustment !== 0 && <li><span>{o("adjustment")}</span><Money amount={adjustment} currency={currency} /></li>}
      <li className="total"><span>{o("total")}</span>{total === null ? <span>{o("no.price")}</span> : <Money amount={total} currency={currency} />}</li>
    </ul>
  );
}

function Facts({ offer }: { offer: Offer }): ReactNode {
  const { o, named, day } = useOfferText();
  const other = useOtherSide();
  const left = useCountdown(offer.turn ? offer.expiresAt : null);
  const duration = useDuration();
  const { terms, message, rejectReason, orderId, orderNumber, conversationId, round } = offer;
  const facts: [string, ReactNode][] = [
    [o("who"), other(offer)],
    [o("round"), round],
    [o("until"), left !== null && <span className={left < 600 ? "countdown soon" : "countdown"}>{duration(left)}</span>],
    [o("deliver"), terms.deliverBy && day(terms.deliverBy)],
    [o("payment"), terms.paymentTerms && named("payment", terms.paymentTerms)],
    [o("notes.shown"), terms.notes],
    [o("message.shown"), message],
    [o("reason"), rejectReason && named("reason", rejectReason)],
    [o("order"), orderId && <Link to={`/orders/${orderId}`}>{orderNumber ?? o("order")}</Link>],
    [o("conversation"), conversationId && <Link to={`/chat/${conversationId}`}>{o("conversation.open")}</Link>],
  ];
  return <dl className="facts">{facts.filter(([, value]) => value).map(([title, value]) => <div key={title}><dt>{title}</dt><dd>{value}</dd></div>)}</dl>;
}

/** Every step, and under those that made a round what changed in it. */
function History({ history: { rounds, steps }, currency }: { history: OfferHistory; currency: string }): ReactNode {
  const { o, named } = useOfferText();
  const name = useNames();
  const makes = ["create", "counter", "revise"];
  return (
    <ol className="timeline">
      {steps.map((step) => {
        const round = makes.includes(step.action) ? rounds.find((one) => one.round === step.round) : undefined;
        const before = rounds.find((one) => one.round === step.round - 1);
        return (
          <li key={step.version}>
            <strong>{named("done", step.action)}</strong> <span className="muted">{step.actorId ? name(step.actorId, step.actorRole) : ""}</span>
            {step.note && step.note !== round?.message && <q>{named("reason", step.note)}</q>}
            {round && <small>{round.total === null ? o("no.price") : <Money amount={round.total} currency={currency} />}{before?.total != null && round.total !== null && before.total !== round.total && <> ({o("before")} <Money amount={before.total} currency={currency} />)</>}</small>}
            {round?.message && <q>{round.message}</q>}
            <small><TimeAgo at={step.at} /></small>
          </li>
        );
      })}
    </ol>
  );
}
