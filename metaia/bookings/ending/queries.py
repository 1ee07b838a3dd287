"""Selects on bookings of which a deadline has passed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from metaia.bookings.models import BookingRow
from metaia.core import db
from metaia.core.db.driver import PreparedSelect, Texts
from metaia.core.db.expressions import array, is_among, moment

BUFFERS = timedelta(minutes=480)  # the longest between two bookings
LONGEST = timedelta(days=1)  # a booking


_row = BookingRow
_begins = _row.starts_at.between(moment("near_since"), moment("near_until"))  # for the index
_time = _begins & (_row.ends_at > moment("near_from"))
_proposed = (_row.proposed_starts_at < moment("near_until")) & (_row.proposed_ends_at > moment("near_from"))
_ended = ((_row.status == literal_column("'held'")) & (_row.held_until <= moment("moment"))) | (
    (_row.status == literal_column("'pending'")) & (_row.answer_by <= moment("moment"))
)
OVERDUE = select(func.array_agg(aggregate_order_by(_row.id, _row.id))).where(
    or_(
        is_among(_row.calendar_id, "calendar_ids") & _time & _ended,
        is_among(_row.proposed_calendar_id, "calendar_ids")
        & _proposed
        & (_row.proposal_answer_by <= moment("moment")),
    )
)
_overdue = PreparedSelect(OVERDUE)


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


def overdue_in(
    calendar_ids: Collection[str], starts_at: datetime, ends_at: datetime, moment: datetime
) -> list[str]:
    """Return the ids of bookings of which something is overdue, and is near a time of these calendars."""
    found = db.fetch_tuple(_overdue, near(calendar_ids, starts_at, ends_at, moment))
    return [] if found is None or found[0] is None else list(found[0])


def near(calendar_ids: Collection[str], starts_at: datetime, ends_at: datetime, moment: datetime) -> Texts:
    """Return the values of the parameters of OVERDUE."""
    return {
        "calendar_ids": array(calendar_ids),
        "near_since": (starts_at - BUFFERS - LONGEST).isoformat(),
        "near_from": (starts_at - BUFFERS).isoformat(),
        "near_until": (ends_at + BUFFERS).isoformat(),
        "moment": moment.isoformat(),
    }


def past(before: datetime, limit: int) -> list[str]:
    """Return the ids of bookings that ended before a moment and are not completed."""
    row = BookingRow
    query = select(row.id).where(row.status.in_(("confirmed", "checked_in")), row.ends_at < before)
    return [each.id for each in db.fetch_all(query.order_by(row.ends_at).limit(limit))]
