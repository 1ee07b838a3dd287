"""Giving back what was paid for a booking too late or twice."""

from __future__ import annotations

from metaia.bookings import locks, queries
from metaia.bookings.money import service as money
from metaia.core import db


def give_back(booking_id: str) -> int:
    """Refund what a booking was paid for nothing; return the number of refunds. A repetition refunds nothing twice."""
    with db.transaction():
        known = queries.get(booking_id)
        return 0 if known is None else money.give_back(locks.booking(known))
