"""Selects on the bookings that one customer has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, DateTime, bindparam, false, func, literal_column, select, text

from metaia.bookings.models import ACTIVE, BookingRow
from metaia.bookings.state import OPEN, TAKING
from metaia.core import db
from metaia.core.db.driver import PreparedSelect


@dataclass(frozen=True, slots=True)
class Load:
    """What a customer has booked: bookings to come, those of one partner, holds, and whether one is at a time."""

    open: int
    with_partner: int
    held: int
    overlaps: bool


def _moment(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=DateTime(timezone=True))


_row = BookingRow
_to_come = (_row.starts_at > _moment("moment")) & (_row.status != literal_column("'checked_in'"))
_of_customer: Any = select(
    func.count().filter(_to_come),
    func.count().filter(_to_come, _row.partner_id == bindparam("partner_id")),
    func.count().filter(_row.status == literal_column("'held'"), _row.held_until > _moment("moment")),
    func.coalesce(
        func.bool_or((_row.starts_at < _moment("ends_at")) & (_row.ends_at > _moment("starts_at"))),
        false(),
    ),
).where(_row.customer_id == bindparam("customer_id"), text(ACTIVE), _row.ends_at > _moment("moment"))
_load = PreparedSelect(_of_customer)


def lock(customer_id: str) -> None:
    """Let no other transaction book for a customer until this one ends, so that limits hold over all calendars."""
    key = func.hashtextextended(f"bookings of {customer_id}", 0)
    db.fetch_value(select(func.pg_advisory_xact_lock(key)))


def load(customer_id: str, partner_id: str, times: tuple[datetime, datetime], moment: datetime) -> Load:
    """Return what a customer has booked already; `times` are start and end of the booking to make."""
    given = {"starts_at": times[0].isoformat(), "ends_at": times[1].isoformat(), "moment": moment.isoformat()}
    found = db.fetch_tuple(_load, given | {"customer_id": customer_id, "partner_id": partner_id})
    return Load(*(found or (0, 0, 0, False)))


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
