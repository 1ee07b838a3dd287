"""Selects on the customers of a partner."""

from __future__ import annotations

from sqlalchemy import select

from metaia.bookings.models import BookingRow
from metaia.core import db


def has_booked(customer_id: str, partner_id: str) -> bool:
    """Return whether a customer has or had a booking with a partner."""
    row = BookingRow
    theirs = (row.customer_id == customer_id, row.partner_id == partner_id)
    return bool(db.fetch_value(select(select(row.id).where(*theirs).exists())))
