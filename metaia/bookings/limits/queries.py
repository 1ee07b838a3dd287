"""Selects on the bookings that one customer has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, bindparam, false, func, literal_column, select, text

from metaia.bookings.models import ACTIVE, BookingRow, booking_numbers
from metaia.bookings.state import OPEN, TAKING
from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import moment


@dataclass(frozen=True, slots=True)
class Load:
    """What a customer has booked: bookings to come, those of one partner, holds, and whether one is at a time."""

    open: int
    with_partner: int
    held: int
    overlaps: bool


_row = BookingRow
_to_come = (_row.starts_at > moment("moment")) & (_row.status != literal_column("'checked_in'"))
# The columns of Load. For a customer_id that is NULL they are those of nobody.
LOAD: Any = select(
    func.count().filter(_to_come).label("open"),
    func.count().filter(_to_come, _row.partner_id == bindparam("partner_id")).label("with_partner"),
    func.count()
    .filter(_row.status == literal_column("'held'"), _row.held_until > moment("moment"))
    .label("held"),
    func.coalesce(
        func.bool_or((_row.starts_at < moment("ends_at")) & (_row.ends_at > moment("starts_at"))), false()
    ).label("overlaps"),
).where(
    _row.customer_id == bindparam("customer_id"),
    _row.starts_at > moment("since"),  # for the index
    _row.ends_at > moment("moment"),
    text(ACTIVE),
)
_key = func.hashtextextended(bindparam("key", type_=Text), literal_column("0"))
_lock = PreparedSelect(select(booking_numbers.next_value(), func.pg_advisory_xact_lock(_key)))


def lock(customer_id: str | None) -> str:
    """Return the next booking number, short enough to be read out on the telephone.

    No other transaction books for the customer until this one ends, so that limits hold over all calendars. A customer
    without an account has no limits.
    """
    key = None if customer_id is None else f"bookings of {customer_id}"
    number, _ = db.fetch_tuple(_lock, {"key": key}) or (None, None)
    return f"B{number}"


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
