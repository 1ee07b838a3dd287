"""Selects on waiting lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_

from metaia.bookings.models import BookingRow
from metaia.bookings.services.models import ServiceCalendarRow
from metaia.bookings.waiting.models import BookingWaitRow
from metaia.core import db
from metaia.core.times import now

WAITING, OFFERED, ENDED = "waiting", "offered", "ended"
LISTED = 50  # entries of a customer, the newest ones
Position = tuple[datetime, str]  # of an entry in the order of all: when it was made, and its id
_row = BookingWaitRow
_columns = (
    _row.id, _row.customer_id, _row.service_id, _row.starts_from, _row.starts_to, _row.seats, _row.state,
    _row.offered_booking_id, BookingRow.held_until, _row.created_at,
)  # fmt: skip
_select = select(*_columns).outerjoin(BookingRow, BookingRow.id == _row.offered_booking_id)


@dataclass(frozen=True, slots=True)
class Wait:
    """A customer's wish for a time of a service. `held_until` is that of the booking that is offered."""

    id: str
    customer_id: str
    service_id: str
    starts_from: datetime
    starts_to: datetime
    seats: int
    state: str
    booking_id: str | None
    held_until: datetime | None
    created_at: datetime


def of_customer(customer_id: str) -> list[Wait]:
    """Return the newest entries of a customer."""
    query = _select.where(_row.customer_id == customer_id).order_by(_row.created_at.desc(), _row.id)
    return [Wait(*row) for row in db.fetch_all(query.limit(LISTED))]


def get(wait_id: str) -> Wait | None:
    """Return an entry."""
    row = db.fetch_one(_select.where(_row.id == wait_id))
    return None if row is None else Wait(*row)


def lock(wait_id: str) -> Wait | None:
    """Return an entry that waits, row-locked; None if it does not wait, or another transaction has it."""
    query = _select.where(_row.id == wait_id, _row.state == WAITING)
    row = db.fetch_one(query.with_for_update(of=_row, skip_locked=True))
    return None if row is None else Wait(*row)


def count_waiting(customer_id: str) -> int:
    """Return the number of entries of a customer that wait."""
    mine = (_row.customer_id == customer_id, _row.state == WAITING)
    return int(db.fetch_value(select(func.count()).where(*mine)))


def lock_past(moment: datetime, customer_id: str | None) -> list[str]:
    """Row-lock the entries of a customer, or of all, that wait for a time before `moment`; return their ids."""
    query = select(_row.id).where(_row.state == WAITING, _row.starts_to <= moment)
    if customer_id is not None:
        query = query.where(_row.customer_id == customer_id)
    return [each.id for each in db.fetch_all(query.order_by(_row.id).with_for_update())]


def waiting(
    moment: datetime, limit: int, *, calendar_id: str | None = None, after: Position | None = None
) -> list[Position]:
    """Return entries that wait for a time after `moment`, the oldest first; for one calendar, or all.

    The first one is that which follows the position `after`.
    """
    query = select(_row.created_at, _row.id).where(_row.state == WAITING, _row.starts_to > moment)
    if calendar_id is not None:
        link = ServiceCalendarRow
        query = query.join(link, link.service_id == _row.service_id).where(link.calendar_id == calendar_id)
    if after is not None:
        query = query.where(tuple_(_row.created_at, _row.id) > after)
    rows = db.fetch_all(query.order_by(_row.created_at, _row.id).limit(limit))
    return [(row.created_at, row.id) for row in rows]


def is_awaited(calendar_ids: set[str]) -> bool:
    """Return whether any customer waits for a time to come of these calendars."""
    link = ServiceCalendarRow
    found = select(_row.id).join(link, link.service_id == _row.service_id)
    found = found.where(_row.state == WAITING, _row.starts_to > now(), link.calendar_id.in_(calendar_ids))
    return bool(db.fetch_value(select(found.exists())))
