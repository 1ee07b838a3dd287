// One deal: what has come of it, and everything that happened in it, in the order in which METAIA knew it.
import { KINDS, type Deal, type Entry, type EntryKind } from "@metaia/client/deals";
import { useDeal } from "@metaia/client/deals/react";
import { useMetaia, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { Link, useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useNames } from "../common/people.js";
import { OfferBadge, StageBadge, useOfferText } from "../offers/text.js";
import { numberOf } from "./list.js";

const TONES: Partial<Record<EntryKind, string>> = { order: "green", payment: "green", refund: "amber", dispute: "red", tracking: "blue", booking: "blue" };

export function DealPage({ id }: { id: string }): ReactNode {
  const { t } = useText();
  const { o } = useOfferText();
  const [kind, setKind] = useState<EntryKind | "">("");
  const { deal, entries, hasBefore, busy, error, before, reload } = useDeal(id, kind ? [kind] : undefined);
  if (error && [403, 404, 422].includes(error.status) && !deal) return <Card><Empty title={o("deal.unknown")}><Link to="/deals">{t("back")}</Link></Empty></Card>;
  return (
    <div className="columns">
      <Card title={o("timeline")} tools={<select className="filter" aria-label={o("kind")} value={kind} onChange={(event) => setKind(event.currentTarget.value as EntryKind | "")}>{["", ...KINDS].map((one) => <option key={one} value={one}>{o(one ? `kind.${one as EntryKind}` : "kind.all")}</option>)}</select>}>
        {error && !entries ? <Empty title={o("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>
          : !entries ? <Skeleton lines={8} />
          : entries.length === 0 && !hasBefore ? <Empty title={o("timeline.none")} />
          : (
            <>
              {hasBefore && <p><Button busy={busy} onClick={before}>{o("earlier")}</Button></p>}
              <ol className="timeline deal" aria-busy={busy} aria-live="polite">{entries.map((one) => <EntryItem key={one.id} entry={one} />)}</ol>
            </>
          )}
      </Card>
      {deal ? <Summary deal={deal} /> : <Skeleton lines={6} />}
    </div>
  );
}

function Summary({ deal }: { deal: Deal }): ReactNode {
  const { rest } = useMetaia();
  const { go } = useRouter();
  const { o } = useOfferText();
  const name = useNames();
  const { buyerId, sellerId, offer, order, booking, payment, conversation, unread } = deal;
  const me = useUser();
  const party = me && [buyerId, sellerId].includes(me.id);
  const begin = async () => go(`/chat/${(await rest.send("post", "/api/chat/conversations", { body: { dealId: deal.id }, key: crypto.randomUUID() })).data.conversation.id}`);
  const facts: [string, ReactNode][] = [
    [o("buyer"), buyerId && name(buyerId, "customer")],
    [o("seller"), sellerId && name(sellerId, "vendor")],
    [o("offer"), offer && <><Link to={`/offers/${offer.id}`}>{offer.offerNumber}</Link> <OfferBadge status={offer.status} /></>],
    [o("order"), order && <><Link to={`/orders/${order.id}`}>{order.orderNumber}</Link> <StatusBadge status={order.status} /></>],
    [o("booking"), booking && <Link to={`/bookings/${booking.id}`}>{booking.bookingNumber}</Link>],
    [o("total"), order ? <Money amount={order.total} currency={order.currency} /> : offer?.total != null && <Money amount={offer.total} currency={offer.currency} />],
    [o("paid"), payment && <Money amount={payment.captured} currency={payment.currency} />],
    [o("conversation"), conversation && <><Link to={`/chat/${conversation.id}`}>{o("conversation.open")}</Link> {unread > 0 && o("unread", { count: unread })}</>],
  ];
  return (
    <Card title={<>{numberOf(deal)} <StageBadge stage={deal.stage} /></>}>
      <dl className="facts">{facts.filter(([, value]) => value).map(([title, value]) => <div key={title}><dt>{title}</dt><dd>{value}</dd></div>)}</dl>
      {!conversation && party && <ActionButton action={begin}>{o("conversation.begin")}</ActionButton>}
    </Card>
  );
}

function EntryItem({ entry }: { entry: Entry }): ReactNode {
  const { of } = useText();
  const { o, named } = useOfferText();
  const name = useNames();
  const { kind, action, actor, at, occurredAt, message, offer, order, payment, refund, dispute, booking } = entry;
  const money = payment ?? refund ?? dispute;
  const who = actor.name ?? (actor.id ? name(actor.id, actor.role) : of("role", actor.role));
  const price = offer?.total != null && offer.currency ? { amount: offer.total, currency: offer.currency }
    : money ? { amount: money.amount, currency: money.currency }
    : order?.total != null && order.currency && action === "create" ? { amount: order.total, currency: order.currency } : null;
  const title = kind === "message" || kind === "people" ? o(kind === "people" ? "kind.people" : "says")
    : kind === "order" ? of("done", action)
    : `${o(`kind.${kind}`)}: ${named(money ? `${kind}Status` : "done", action)}`;
  return (
    <li className={TONES[kind]}>
      <strong>{title}</strong> <span className="muted">{who}</span>
      {message && (message.deletedAt ? <em className="block muted">{o("deleted")}</em> : <q>{message.text ?? (message.system ? named("event", message.system.event) : o("file"))}</q>)}
      {offer?.message && <q>{offer.message}</q>}
      {price && <small><Money {...price} /></small>}
      {order?.status && <small>{of("status", order.status)}</small>}
      {booking?.startsAt && <small><time dateTime={booking.startsAt}>{named("bookingStatus", booking.status ?? "")}</time></small>}
      <small><TimeAgo at={at} />{occurredAt && <> · {o("occurred")} <TimeAgo at={occurredAt} /></>}</small>
    </li>
  );
}
