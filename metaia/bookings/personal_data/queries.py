"""Selects of what an account that is deleted leaves behind."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from metaia.bookings.models import BookingRow
from metaia.bookings.queries import Booking
from metaia.bookings.state import OPEN
from metaia.core import db
from metaia.users.deleted import queries as deleted_users

_columns = [getattr(BookingRow, field.name) for field in fields(Booking)]


def open_of_deleted(limit: int) -> list[str]:
    """Return the ids of bookings to come of customers and partners that are deleted."""
    row = BookingRow
    coming = select(row.id).where(row.status.in_(OPEN), row.starts_at > func.now())
    query = deleted_users.of_each(
        lambda user: coming.where(or_(row.customer_id == user, row.partner_id == user))
    )
    return [each.id for each in db.fetch_all(query.limit(limit))]


def to_erase(limit: int) -> list[Booking]:
    """Return row-locked bookings that have ended and still hold personal data of a deleted customer."""
    row = BookingRow
    reachable = func.jsonb_strip_nulls(row.customer_info) != literal({}, JSONB)
    known = or_(reachable, row.notes.is_not(None))
    ended = select(*_columns).where(row.status.not_in((*OPEN, "checked_in")), known)
    ended = ended.with_for_update(skip_locked=True)
    query = deleted_users.of_each(lambda user: ended.where(row.customer_id == user)).limit(limit)
    return [Booking(*each) for each in db.fetch_all(query)]
