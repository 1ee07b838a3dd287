"""Which moves are made at once, and which are proposals. Pure."""

from __future__ import annotations

from datetime import datetime

from metaia.bookings.queries import Booking
from metaia.bookings.state import CUSTOMER


def is_at_once(booking: Booking, side: str, moment: datetime) -> bool:
    """Return whether a side moves a booking without an answer of the other one.

    So does the customer, of anything that is still pending, and of an `instant` service while the booking can be
    cancelled. A booking without an account has no customer that could answer.
    """
    if booking.customer_id is None:
        return True
    if side != CUSTOMER:
        return False
    instant = booking.service["confirmation"] == "instant" and moment < booking.locked_from
    return booking.status == "pending" or instant
