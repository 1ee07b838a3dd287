"""Selects on bookings of which a deadline has passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    ARRAY,
    BindParameter,
    DateTime,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from metaia.bookings.models import BookingRow
from metaia.core import db
from metaia.core.db.driver import PreparedSelect

BUFFERS = timedelta(minutes=480)  # the longest between two bookings


def _moment(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=DateTime(timezone=True))


_row = BookingRow
_here = cast(bindparam("calendar_ids", type_=Text), ARRAY(Uuid(as_uuid=False)))
_time = (_row.starts_at < _moment("ends_at")) & (_row.ends_at > _moment("starts_at"))
_proposed = (_row.proposed_starts_at < _moment("ends_at")) & (_row.proposed_ends_at > _moment("starts_at"))
_ended = ((_row.status == literal_column("'held'")) & (_row.held_until <= _moment("moment"))) | (
    (_row.status == literal_column("'pending'")) & (_row.answer_by <= _moment("moment"))
)
_overdue = PreparedSelect(
    select(func.array_agg(aggregate_order_by(_row.id, _row.id))).where(
        or_(
            (_row.calendar_id == any_(_here)) & _time & _ended,
            (_row.proposed_calendar_id == any_(_here))
            & _proposed
            & (_row.proposal_answer_by <= _moment("moment")),
        )
    )
)


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
    """Return the ids of bookings of which something is overdue, and is near a time of these calendars."""
    times = {"starts_at": (starts_at - BUFFERS).isoformat(), "ends_at": (ends_at + BUFFERS).isoformat()}
    given = {"calendar_ids": f"{{{','.join(calendar_ids)}}}", "moment": moment.isoformat()}
    found = db.fetch_tuple(_overdue, times | given)
    return [] if found is None or found[0] is None else list(found[0])


def past(before: datetime, limit: int) -> list[str]:
    """Return the ids of bookings that ended before a moment and are not completed."""
    row = BookingRow
    query = select(row.id).where(row.status.in_(("confirmed", "checked_in")), row.ends_at < before)
    return [each.id for each in db.fetch_all(query.order_by(row.ends_at).limit(limit))]
