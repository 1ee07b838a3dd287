"""Selects on the bookings that one customer has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from metaia.bookings.models import BookingRow
from metaia.bookings.state import OPEN, TAKING
from metaia.core import db


def lock(customer_id: str) -> None:
    """Let no other transaction book for a customer until this one ends, so that limits hold over all calendars."""
    key = func.hashtextextended(f"bookings of {customer_id}", 0)
    db.fetch_value(select(func.pg_advisory_xact_lock(key)))


def overlapping(customer_id: str, starts_at: datetime, ends_at: datetime) -> bool:
    """Return whether a customer has another booking at this time."""
    row = BookingRow
    own = (row.customer_id == customer_id, row.status.in_((*OPEN, "checked_in")))
    return bool(
        db.fetch_value(
            select(select(row.id).where(*own, row.starts_at < ends_at, row.ends_at > starts_at).exists())
        )
    )


def count_open(customer_id: str, moment: datetime) -> dict[str, int]:
    """Return the number of a customer's bookings to come, by partner."""
    row = BookingRow
    query = select(row.partner_id, func.count().label("bookings")).where(
        row.customer_id == customer_id, row.status.in_(OPEN), row.starts_at > moment
    )
    return {each.partner_id: each.bookings for each in db.fetch_all(query.group_by(row.partner_id))}


def count_held(customer_id: str, moment: datetime) -> int:
    """Return the number of a customer's holds."""
    row = BookingRow
    own = (row.customer_id == customer_id, row.status == "held", row.held_until > moment)
    return int(db.fetch_value(select(func.count()).where(*own)))


def count_of_day(customer_id: str, service_id: str, day: str, but: str | None) -> int:
    """Return the number of a customer's bookings of a service on a date (`2026-10-01`) by the clock of the place.

    The booking `but` is not counted.
    """
    row = BookingRow
    own = [row.customer_id == customer_id, row.service_id == service_id, row.status.in_(TAKING)]
    if but is not None:
        own.append(row.id != but)
    return int(db.fetch_value(select(func.count()).where(*own, row.local_start.startswith(day))))


def has_seat(customer_id: str, block_id: str) -> bool:
    """Return whether a customer has a seat of a block."""
    row = BookingRow
    own = (row.customer_id == customer_id, row.block_id == block_id, row.status.in_((*OPEN, "checked_in")))
    return bool(db.fetch_value(select(select(row.id).where(*own).exists())))
