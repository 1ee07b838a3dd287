"""Selects on bookings, and the record they return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, func, select, true

from metaia.bookings.models import BookingRow
from metaia.bookings.policy import BOOKINGS_READ
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db import searching
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.text import words


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking; models.BookingRow describes the fields. Amounts are in minor units of `currency`."""

    id: str
    booking_number: str
    status: str
    customer_id: str | None
    partner_id: str
    service_id: str
    service: dict[str, Any]
    calendar_id: str
    block_id: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    local_start: str
    seats: int
    notes: str | None
    customer_info: dict[str, Any]
    price: int
    currency: str
    payable: int
    free_until: datetime
    locked_from: datetime
    version: int
    created_at: datetime
    updated_at: datetime
    payment: dict[str, Any] | None = None
    commission_bps: int | None = None
    earned_at: datetime | None = None
    held_until: datetime | None = None
    answer_by: datetime | None = None
    proposed_block_id: str | None = None
    proposed_calendar_id: str | None = None
    proposed_starts_at: datetime | None = None
    proposed_ends_at: datetime | None = None
    proposed_by: str | None = None
    proposal_message: str | None = None
    proposal_answer_by: datetime | None = None
    moves: int = 0
    message: str | None = None
    decline_reason: str | None = None
    cancel_reason: str | None = None
    cancelled_by: str | None = None
    fee: int | None = None

    @property
    def fee_percent(self) -> int:
        """Return the part of the price that a late cancellation costs."""
        return int(self.service["fee_percent"])

    @property
    def awaits_payment(self) -> bool:
        """Return whether the booking stands once it is paid, and not before."""
        return self.status == "held" and self.payment is not None

    @property
    def calendars(self) -> set[str]:
        """Return the ids of the calendars that the booking takes time from."""
        return {each for each in (self.calendar_id, self.proposed_calendar_id) if each}


SORTABLE: pagination.Sortable = {
    "starts_at": BookingRow.starts_at,
    "created_at": BookingRow.created_at,
    "updated_at": BookingRow.updated_at,
}
ERASED: dict[str, Any] = {"name": None, "phone": None, "phoneE164": None}
_columns = [getattr(BookingRow, field.name) for field in fields(Booking)]
_by_id = select(*_columns).where(BookingRow.id == bindparam("booking_id"))
_one, _one_locked = PreparedSelect(_by_id), PreparedSelect(_by_id.with_for_update())


def get(booking_id: str) -> Booking | None:
    """Return a booking."""
    row = db.fetch_tuple(_one, {"booking_id": booking_id})
    return None if row is None else Booking(*row)


def lock(booking_id: str) -> Booking | None:
    """Return a booking, row-locked. Its calendars are row-locked before it (locks.py)."""
    row = db.fetch_tuple(_one_locked, {"booking_id": booking_id})
    return None if row is None else Booking(*row)


def by_number(booking_number: str) -> Booking | None:
    """Return a booking by its number."""
    row = db.fetch_one(select(*_columns).where(BookingRow.booking_number == booking_number))
    return None if row is None else Booking(*row)


def by_ids(booking_ids: Iterable[str]) -> dict[str, Booking]:
    """Return bookings by id, without those that do not exist."""
    rows = db.fetch_all(select(*_columns).where(among(BookingRow.id, booking_ids)))
    return {row.id: Booking(*row) for row in rows}


def page(
    actor: Actor, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Booking], str | None]:
    """Return one page of the bookings that `actor` takes part in (staff: all), and the next page's cursor."""
    query = select(*_columns).where(_visible(actor), *_conditions(actor, filters))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=BookingRow.id, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
    return [Booking(*row) for row in rows], following


def searchable(booking: Booking) -> str:
    """Return the words of a booking as the column `words` keeps them for the search, in the text form of `tsvector`."""
    info = booking.customer_info
    texts = [
        booking.booking_number,
        booking.service["name"],
        info.get("name"),
        info.get("phone"),
        booking.notes,
    ]
    return words.index(texts)


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor.may(BOOKINGS_READ):
        return true()
    if actor.is_partner:
        return BookingRow.partner_id == actor.id
    return BookingRow.customer_id == actor.id if actor.role == "customer" else false()


def _conditions(actor: Actor, filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: dict[str, Any] = {
        "status": BookingRow.status.in_,
        "payment_status": func.coalesce(BookingRow.payment["status"].astext, "none").in_,
        "partner_id": lambda value: BookingRow.partner_id == value,
        "customer_id": lambda value: BookingRow.customer_id == value,
        "service_id": lambda value: BookingRow.service_id == value,
        "calendar_id": lambda value: BookingRow.calendar_id == value,
        "proposed_by": _proposed_by,
        "from_": lambda value: BookingRow.ends_at > value,
        "to": lambda value: BookingRow.starts_at < value,
        "q": lambda value: _found(value, in_all=actor.may(BOOKINGS_READ)),
    }
    return [conditions[name](value) for name, value in filters.items()]


def _proposed_by(sides: list[str]) -> ColumnElement[bool]:
    waiting = BookingRow.proposal_answer_by.is_not(None)  # for the index
    return waiting & BookingRow.proposed_by.in_(sides)


def _found(text: str, *, in_all: bool) -> ColumnElement[bool]:
    return searching.matching(BookingRow, " & ".join(words.terms(text)), in_all=in_all)
