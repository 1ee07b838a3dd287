"""Row-locks of one booking in the order of all transactions: payments, calendars by number, booking."""

from __future__ import annotations

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
    if known.payment is not None:
        refund_service.lock_payments(TYPE, known.id)
    wanted = known.calendars | {each for each in calendar_ids if each}
    calendar_queries.lock(sorted(wanted))
    now = queries.lock(known.id)
    if now is None:
        raise NotFound("There is no such booking.")
    if not now.calendars <= wanted:
        raise Conflict("The booking was moved at the same moment.", code="stale_version")
    return now
