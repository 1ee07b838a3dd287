"""Selects on the customers of a partner."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, union

from metaia.bookings.models import BookingRow
from metaia.core import db
from metaia.core.db.expressions import among


def has_booked(customer_id: str, partner_id: str) -> bool:
    """Return whether a customer has or had a booking with a partner."""
    row = BookingRow
    theirs = (row.customer_id == customer_id, row.partner_id == partner_id)
    return bool(db.fetch_value(select(select(row.id).where(*theirs).exists())))


def between(user_id: str, others: Collection[str]) -> set[str]:
    """Return those of `others` that have or had a booking with a user: its partners or its customers."""
    row = BookingRow
    partners = select(row.partner_id).where(row.customer_id == user_id, among(row.partner_id, others))
    customers = select(row.customer_id).where(row.partner_id == user_id, among(row.customer_id, others))
    return {found for (found,) in db.fetch_all(union(partners, customers))}
