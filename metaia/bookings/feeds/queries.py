"""Selects on feeds, and on the bookings in them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from metaia.bookings.feeds.models import CalendarFeedRow
from metaia.bookings.models import BookingRow
from metaia.bookings.queries import Booking
from metaia.core import db
from metaia.users import queries as user_queries

MAX_EVENTS = 1000
CANCELLED_DAYS = 30  # some programs keep an event for ever that is not shown to be cancelled
ENDED = ("declined", "cancelled", "expired")
_columns = [getattr(BookingRow, field.name) for field in fields(Booking)]


@dataclass(frozen=True, slots=True)
class Span:
    """The times of a feed. It changes once a day, so that a feed with the same bookings has the same ETag for a day."""

    today: datetime
    past_days: int
    coming_days: int


def token_hash(token: str) -> bytes:
    """Return what the table keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def reader(token: str) -> Any | None:
    """Return `user_id` and `read_at` of the feed with this token, None if there is none or its user is not active."""
    query = (
        select(CalendarFeedRow.user_id, CalendarFeedRow.read_at)
        .join(*user_queries.owner(CalendarFeedRow.user_id))
        .where(CalendarFeedRow.token_hash == token_hash(token), user_queries.ACTIVE)
    )
    return db.fetch_one(query)


def state(user_id: str, span: Span) -> tuple[int, int, datetime | None]:
    """Return the number of bookings in a user's feed, the sum of their versions, and when the last one was changed.

    The sum also changes if a transaction commits after another one with a later time of change.
    """
    columns = (func.count(), func.sum(BookingRow.version), func.max(BookingRow.updated_at))
    row = db.fetch_all(select(*columns).where(*_shown(user_id, span)))[0]
    return row[0], int(row[1] or 0), row[2]


def bookings(user_id: str, span: Span) -> list[Booking]:
    """Return the bookings in a user's feed in the order of their starts.

    Of more than MAX_EVENTS, those from today on come first, and of these and of the past ones the nearest to today.
    """
    start = BookingRow.starts_at
    past, distance = start < span.today, func.abs(func.extract("epoch", start - span.today))
    query = select(*_columns).where(*_shown(user_id, span))
    rows = db.fetch_all(query.order_by(past, distance, BookingRow.id).limit(MAX_EVENTS))
    return sorted((Booking(*row) for row in rows), key=lambda each: (each.starts_at, each.id))


def _shown(user_id: str, span: Span) -> list[ColumnElement[bool]]:
    """Return the conditions of a feed: coming and recent bookings, and those that ended early in the last 30 days.

    A hold is not there: it ends within minutes, and a feed is read a few times a day.
    """
    row = BookingRow
    first = span.today - timedelta(days=span.past_days)
    last = span.today + timedelta(days=span.coming_days)
    lately = row.updated_at >= span.today - timedelta(days=CANCELLED_DAYS)
    return [
        or_(row.customer_id == user_id, row.partner_id == user_id),
        row.starts_at.between(first, last),
        row.status != "held",
        or_(row.status.not_in(ENDED), lately),
    ]
