"""Selects of what an account that is deleted leaves behind."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from metaia.bookings.models import BookingRow
from metaia.bookings.queries import Booking
from metaia.bookings.state import OPEN
from metaia.core import db
from metaia.users import queries as user_queries

_columns = [getattr(BookingRow, field.name) for field in fields(Booking)]


def open_of_deleted(limit: int) -> list[str]:
    """Return the ids of bookings to come of customers and partners that are deleted."""
    row, deleted = BookingRow, user_queries.deleted()
    theirs = or_(row.customer_id.in_(deleted), row.partner_id.in_(deleted))
    query = select(row.id).where(theirs, row.status.in_(OPEN), row.starts_at > func.now())
    return [each.id for each in db.fetch_all(query.order_by(row.starts_at).limit(limit))]


def to_erase(limit: int) -> list[Booking]:
    """Return row-locked bookings that have ended and still hold personal data of a deleted customer."""
    row = BookingRow
    reachable = func.jsonb_strip_nulls(row.customer_info) != literal({}, JSONB)
    known = or_(reachable, row.notes.is_not(None))
    theirs = (row.customer_id.in_(user_queries.deleted()), row.status.not_in((*OPEN, "checked_in")))
    query = select(*_columns).where(*theirs, known).limit(limit).with_for_update(skip_locked=True)
    return [Booking(*each) for each in db.fetch_all(query)]
