"""What payments know of bookings: the type of purposes that this domain registers."""

from __future__ import annotations

from typing import Any

from metaia.bookings import locks, queries
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.limits import service as limits
from metaia.bookings.money import purpose
from metaia.bookings.payment import state as payment_state
from metaia.bookings.placing import service as placing
from metaia.bookings.queries import Booking
from metaia.bookings.timeline import service as timeline
from metaia.core import db
from metaia.core.errors import Conflict, Invalid, NotFound
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.payments import queries as payment_queries
from metaia.payments.purposes.registry import Money, Purpose

GIVE_BACK = "metaia.bookings.holds.jobs.give_back"
FREED = frozenset(
    {"declined", "cancelled", "expired"}
)  # nothing is due for a booking that has ended like this


class Bookings:
    """Bookings as purposes of payments; `PurposeType` describes the methods."""

    name = locks.TYPE

    def read(self, purpose_id: str) -> Purpose | None:
        """Return a booking as a purpose, without a lock."""
        booking = queries.get(purpose_id)
        return purpose.of(booking) if booking else None

    def lock(self, purpose_id: str) -> Purpose | None:
        """Return a booking as a purpose, row-locked after its calendars. Its payments are row-locked before."""
        booking = _locked(purpose_id)
        return purpose.of(booking) if booking else None

    def refuse(self, purpose: Purpose) -> None:
        """Raise Conflict (`hold_expired`, `not_payable`) if the booking is not held for its payment."""
        booking = queries.get(purpose.id)
        if booking is None or booking.payment is None or booking.status not in {"held", "expired"}:
            raise Conflict("This booking is not to be paid.", code="not_payable")
        if booking.status == "expired" or (booking.held_until and booking.held_until <= now()):
            raise Conflict("The time is not kept any more.", code="hold_expired")

    def changed(self, purpose_id: str, money: Money) -> None:
        """Show the money in the booking: it is confirmed by it, or the money is given back."""
        before = _locked(purpose_id)
        if before is None or before.payment is None:
            return
        latest = _latest_payment(purpose_id, before)
        shown = payment_state.of(before.payable, money, latest, ended=before.status in FREED)
        kept = money.captured - money.refunded - money.refunding - money.disputed
        after = _show(before, shown, paid=kept >= before.payable)
        if _is_too_much(after, kept):
            job_registry.enqueue(GIVE_BACK, booking_id=after.id)


def _locked(booking_id: str) -> Booking | None:
    known = queries.get(booking_id)
    if known is None:
        return None
    calendar_queries.lock(sorted(known.calendars))
    return queries.lock(booking_id)


def _latest_payment(booking_id: str, booking: Booking) -> str | None:
    """Return the id of the payment that is shown: the one that was captured, or the latest."""
    found = payment_queries.of_purpose(locks.TYPE, booking_id)
    captured = [each.id for each in found if each.captured]
    latest = captured or [each.id for each in found]
    if latest:
        return latest[-1]
    known: str | None = booking.payment["payment_id"] if booking.payment else None
    return known


def _show(before: Booking, shown: payment_state.Shown, *, paid: bool) -> Booking:
    """Write the payment of a booking, with the step that it causes."""
    changes: dict[str, Any] = {"payment": shown.as_dict()}
    if not paid or not _waits(before):
        return before if changes["payment"] == before.payment else timeline.change(before, "payment", changes)
    if before.status == "held":
        return _stand(before, changes)
    place = _retaken(before)
    return timeline.change(before, "lose", changes) if place is None else _stand(before, changes | place)


def _waits(booking: Booking) -> bool:
    """Return whether a payment makes the booking stand: it is held, or has expired before it was ever paid."""
    never = booking.payment is not None and not booking.payment["paid"]
    return booking.status == "held" or (booking.status == "expired" and never)


def _stand(before: Booking, changes: dict[str, Any]) -> Booking:
    """Confirm a paid booking; one on request waits for its partner."""
    standing = timeline.standing(before)
    action = "pay" if standing["status"] == "confirmed" else "submit"
    return timeline.change(before, action, standing | changes)


def _retaken(before: Booking) -> dict[str, Any] | None:
    """Take the time of an expired booking again, if it is free; return what changes. None if it is not."""
    calendars = calendar_queries.lock([before.calendar_id])
    try:
        with db.savepoint():
            service = placing.service_of(before)
            _, block_id = placing.place(service, calendars, before.starts_at, before.seats, freely=True)
            limits.require_no_seat(before.customer_id, block_id)
    except (Conflict, Invalid, NotFound):
        return None
    return {"block_id": block_id}


def _is_too_much(booking: Booking, kept: int) -> bool:
    """Return whether more was paid than the booking has earned or will earn."""
    earned = booking.fee or 0 if booking.status == "cancelled" else 0
    return kept > (earned if booking.status in FREED else booking.payable)
