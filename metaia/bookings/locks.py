"""Row-locks of bookings in the order of all transactions: payments, calendars by number, bookings."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.bookings import queries
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.queries import Booking
from metaia.core.errors import Conflict, NotFound
from metaia.payments.refunds import service as refund_service

TYPE = "booking"  # of purposes


def booking(known: Booking, *calendar_ids: str | None) -> Booking:
    """Return a booking as it is now, row-locked with its payments, its calendars and further ones.

    `known` is the booking as it was read before. Raises Conflict if it was moved to another calendar since then.
    """
    [now] = bookings([known], *calendar_ids)
    return now


def bookings(known: Iterable[Booking], *calendar_ids: str | None) -> list[Booking]:
    """Return bookings in the order of their ids, each row-locked as by `booking`. Raises as `booking` does."""
    before = sorted(known, key=lambda each: each.id)
    if paid := [each.id for each in before if each.payment is not None]:
        refund_service.lock_payments(TYPE, *paid)
    wanted = {each for each in calendar_ids if each}.union(*(each.calendars for each in before))
    calendar_queries.lock(sorted(wanted))
    return [_lock(each.id, wanted) for each in before]


def _lock(booking_id: str, calendar_ids: set[str]) -> Booking:
    now = queries.lock(booking_id)
    if now is None:
        raise NotFound("There is no such booking.")
    if not now.calendars <= calendar_ids:
        raise Conflict("The booking was moved at the same moment.", code="stale_version")
    return now
