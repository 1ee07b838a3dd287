"""Selects of what an account that is deleted leaves behind."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from metaia.bookings.models import BookingRow
from metaia.bookings.queries import Booking
from metaia.bookings.state import OPEN
from metaia.core import db
from metaia.users.deleted import queries as deleted_users

_columns = [getattr(BookingRow, field.name) for field in fields(Booking)]


def open_of_deleted(limit: int) -> list[str]:
    """Return the ids of bookings to come of customers and partners that are deleted, by their start."""
    row = BookingRow
    coming = select(row.id, row.starts_at).where(row.status.in_(OPEN), row.starts_at > func.now())
    found = db.fetch_all(deleted_users.of_each(lambda user: coming.where(_of(user))).limit(limit))
    return [each.id for each in sorted(found, key=attrgetter("starts_at"))]


def to_erase(limit: int) -> list[Booking]:
    """Return row-locked bookings that have ended and still hold personal data of a deleted customer."""
    row = BookingRow
    reachable = func.jsonb_strip_nulls(row.customer_info) != literal({}, JSONB)
    known = or_(reachable, row.notes.is_not(None))
    ended = select(*_columns).where(row.status.not_in((*OPEN, "checked_in")), known)
    ended = ended.with_for_update(skip_locked=True)
    query = deleted_users.of_each(lambda user: ended.where(row.customer_id == user)).limit(limit)
    return [Booking(*each) for each in db.fetch_all(query)]


def _of(user: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition of the bookings of a deleted user; those between two of them are the partner's only."""
    row = BookingRow
    return or_(row.partner_id == user, (row.customer_id == user) & row.partner_id.not_in(deleted_users.ids()))
