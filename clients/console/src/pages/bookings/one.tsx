// One booking, for its customer, its partner and staff: what was agreed, a proposal, the actions, the timeline.
import type { Booking, BookingStep } from "@metaia/client/bookings";
import { useBooking, useBookingsClient } from "@metaia/client/bookings/react";
import { MetaiaError } from "@metaia/client";
import { useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { payments } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Card, Empty } from "../../ui/card.js";
import { Money, TimeAgo, useCountdown } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useDuration } from "../common/time.js";
import { BookingActions } from "./actions.js";
import { useOthers } from "./list.js";
import { BookingBadge, useBookingText } from "./text.js";

/** The steps of a booking, read again with each version; and whether there is none that the user may see. */
function useSteps(id: string, version: number | undefined): { steps: BookingStep[]; missing: boolean } {
  const client = useBookingsClient();
  const [found, setFound] = useState<{ steps: BookingStep[]; missing: boolean }>({ steps: [], missing: false });
  useEffect(() => {
    let current = true;
    client.timeline(id).then(
      (steps) => current && setFound({ steps, missing: false }),
      (error: unknown) => current && error instanceof MetaiaError && [403, 404, 422].includes(error.status) && setFound({ steps: [], missing: true }),
    );
    return () => void (current = false);
  }, [client, id, version]);
  return found;
}

export function BookingPage({ id }: { id: string }): ReactNode {
  const { t } = useText();
  const { b } = useBookingText();
  const booking = useBooking(id);
  const { steps, missing } = useSteps(id, booking?.version);
  const [returned] = useState(() => new URLSearchParams(location.search).has("payment")); // the provider has led back here
  const pays = useUser()?.id === booking?.customerId && (returned || (booking?.status === "held" && booking.payment.due > 0));
  if (missing && !booking) return <Card><Empty title={b("unknown")}><Link to="/bookings">{t("back")}</Link></Empty></Card>;
  if (!booking) return <Skeleton lines={6} />;
  return (
    <div className="columns">
      <Card title={<>{booking.service.name} <BookingBadge status={booking.status} /></>} tools={<span className="mono">{booking.bookingNumber}</span>}>
        <Facts booking={booking} />
        {booking.proposal && <Proposal booking={booking} />}
        {pays && <Loaded part={payments} lines={1} show={({ PayBooking }) => <PayBooking booking={booking} />} />}
        <BookingActions booking={booking} />
      </Card>
      <Card title={b("timeline")}>
        <ol className="timeline">{steps.map((step, index) => <Step key={index} step={step} timeZone={booking.timeZone} />)}</ol>
      </Card>
    </div>
  );
}

function Facts({ booking }: { booking: Booking }): ReactNode {
  const { b, named, when, clock, length } = useBookingText();
  const left = useCountdown(booking.status === "held" ? booking.heldUntil : booking.status === "pending" ? booking.answerBy : null);
  const duration = useDuration();
  const who = useOthers();
  const partner = useUser()?.id === booking.partnerId;
  const { customerInfo, payment, cancellation, price, currency } = booking;
  const facts: [string, ReactNode][] = [
    [b("when"), <><time dateTime={booking.startsAt}>{when(booking.startsAt, booking.timeZone)}</time> – {clock(booking.endsAt, booking.timeZone)}</>],
    [b("duration"), length(booking.service.durationMinutes)],
    [b("who"), [who(booking), partner && customerInfo.phone].filter(Boolean).join(" · ")],
    [b("seats"), booking.seats > 1 && booking.seats],
    [b("price"), <Money key="price" amount={price} currency={currency} />],
    [b("due"), payment.due > 0 && <Money amount={payment.due} currency={currency} />],
    [b("paid"), payment.paid > 0 && <Money amount={payment.paid} currency={currency} />],
    [b("refunded"), payment.refunded > 0 && <Money amount={payment.refunded} currency={currency} />],
    [b("left"), left !== null && <span className={left < 120 ? "countdown soon" : "countdown"}>{duration(left)}</span>],
    [b("cancelling"), ["pending", "confirmed"].includes(booking.status) && b(!cancellation.feePercent ? "terms.always" : new Date(cancellation.freeUntil) > new Date() ? "terms.until" : "terms.now", { time: when(cancellation.freeUntil, booking.timeZone), percent: cancellation.feePercent })],
    [b("notes"), booking.notes],
    [b("message"), booking.message],
    [b("reason"), booking.declineReason ? named("reason", booking.declineReason) : booking.cancelReason],
    [b("fee"), booking.fee !== null && booking.fee > 0 && <Money amount={booking.fee} currency={currency} />],
  ];
  return (
    <dl className="facts">
      {facts.filter(([, value]) => value).map(([title, value]) => <div key={title}><dt>{title}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function Proposal({ booking }: { booking: Booking }): ReactNode {
  const { b, when } = useBookingText();
  const { startsAt, by, message, answerBy } = booking.proposal!;
  return (
    <div className="preview" role="status">
      <strong>{b(by === "customer" ? "proposal.customer" : "proposal.partner")}</strong>
      <p><time dateTime={startsAt}>{when(startsAt, booking.timeZone)}</time></p>
      {message && <p>{message}</p>}
      <p className="muted small">{b("proposal.until", { time: when(answerBy, booking.timeZone) })}</p>
    </div>
  );
}

function Step({ step, timeZone }: { step: BookingStep; timeZone: string }): ReactNode {
  const { of } = useText();
  const { named, when } = useBookingText();
  const moved = step.previousStartsAt && step.previousStartsAt !== step.startsAt;
  return (
    <li>
      <strong>{named("done", step.action)}</strong> <span className="muted">{of("role", step.actorRole)}</span>
      {step.note && <q>{named("reason", step.note)}</q>}
      {moved && <small>{when(step.previousStartsAt!, timeZone)} → {when(step.startsAt, timeZone)}</small>}
      {step.proposedStartsAt && <small>{when(step.proposedStartsAt, timeZone)}</small>}
      <small><TimeAgo at={step.at} /></small>
    </li>
  );
}
