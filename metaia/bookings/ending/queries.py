"""Selects on bookings of which a deadline has passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from metaia.bookings.models import BookingRow
from metaia.core import db

BUFFERS = timedelta(minutes=480)  # the longest between two bookings


def overdue(moment: datetime, limit: int) -> list[str]:
    """Return the ids of bookings of which a hold, the time to answer or a proposal has ended."""
    row, found = BookingRow, list[str]()
    for column, condition in (
        (row.held_until, row.status == "held"),
        (row.answer_by, row.status == "pending"),
        (row.proposal_answer_by, row.proposal_answer_by.is_not(None)),
    ):
        query = select(row.id).where(condition, column <= moment).order_by(column).limit(limit)
        found += [each.id for each in db.fetch_all(query)]
    return list(dict.fromkeys(found))


def overdue_in(calendar_ids: set[str], starts_at: datetime, ends_at: datetime, moment: datetime) -> list[str]:
    """Return the ids of bookings of which something is overdue, and overlaps a time of these calendars."""
    row = BookingRow
    here, there = row.calendar_id.in_(calendar_ids), row.proposed_calendar_id.in_(calendar_ids)
    found = or_(
        _overlaps(starts_at, ends_at) & here & (row.status == "held") & (row.held_until <= moment),
        _overlaps(starts_at, ends_at) & here & (row.status == "pending") & (row.answer_by <= moment),
        there
        & (row.proposal_answer_by <= moment)
        & (row.proposed_starts_at < ends_at + BUFFERS)
        & (row.proposed_ends_at > starts_at - BUFFERS),
    )
    return [each.id for each in db.fetch_all(select(row.id).where(found).order_by(row.id))]


def _overlaps(starts_at: datetime, ends_at: datetime) -> ColumnElement[bool]:
    return (BookingRow.starts_at < ends_at + BUFFERS) & (BookingRow.ends_at > starts_at - BUFFERS)


def past(before: datetime, limit: int) -> list[str]:
    """Return the ids of bookings that ended before a moment and are not completed."""
    row = BookingRow
    query = select(row.id).where(row.status.in_(("confirmed", "checked_in")), row.ends_at < before)
    return [each.id for each in db.fetch_all(query.order_by(row.ends_at).limit(limit))]
