"""Selects on what takes time from calendars."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from metaia.bookings.blocks.models import BookingBlockRow
from metaia.bookings.calendars.models import CalendarRow, ServiceCalendarRow
from metaia.bookings.calendars.queries import CalendarException
from metaia.bookings.models import BookingRow
from metaia.bookings.services import queries as service_queries
from metaia.bookings.services.models import ServiceRow
from metaia.bookings.slots.policy import Busy
from metaia.core import db, times
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import is_among
from metaia.core.db.expressions import moment as parameter

# Longer than a block and a new one with their buffers; a block of a proposal has the time of two starts.
LONGEST = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class OwnBlocks:
    """The time of a booking that its parties want to move: its `seats`, by block, count as free."""

    customer_id: str | None
    partner_id: str
    version: int
    seats: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of a calendar for one start: the blocks near it, and the exceptions of its hours."""

    busy: Sequence[Busy]
    exceptions: Sequence[CalendarException]


@dataclass(frozen=True, slots=True)
class Versions:
    """Ids with versions: of services in the order of their ids, of calendars by number. `place`: the first's zone."""

    services: list[tuple[str, int]]
    calendars: list[tuple[str, int]]
    place: str


def _minute(moment: Any, rounded: Any = func.floor) -> Any:
    """Return a time in minutes since the epoch: psycopg would make a datetime in six times the time."""
    return cast(rounded(func.extract("epoch", moment) / literal_column("60")), BigInteger)


_row = BookingBlockRow
_columns = (
    _minute(func.lower(_row.during)), _minute(func.upper(_row.during), func.ceil), _minute(_row.starts_at),
    _row.service_id, _row.capacity - _row.taken, _row.id, _minute(_row.ends_at), _row.taken,
)  # fmt: skip
# The blocks of calendars that overlap a time, in order, each as JSON: the number of the calendar, and a Busy.
NEAR: Any = select(
    func.json_agg(aggregate_order_by(func.json_build_array(_row.calendar_no, *_columns[:-1]), _row.starts_at))
).where(
    is_among(_row.calendar_no, "calendar_nos"),
    _row.taken > literal_column("0"),
    _row.starts_at.between(parameter("earliest"), parameter("latest")),  # for the index
    func.lower(_row.during) < parameter("busy_to"),
    func.upper(_row.during) > parameter("busy_from"),
)


def versions(filters: Mapping[str, str]) -> Versions:
    """Return the versions of services that are offered (`service_queries.filters`) and of their active calendars.

    With the filter of a calendar, of no other one. It is one statement, so they were true at one moment.
    """
    rows = db.fetch_tuples(_versions(frozenset(filters)), filters)
    services = [(row[1], row[2]) for row in rows if row[0] == 0]
    calendars = [(row[1], row[2]) for row in rows if row[0]]
    return Versions(services, calendars, rows[len(services)][3] if calendars else "")


@cache
def _versions(filters: Collection[str]) -> PreparedSelect:
    services: Any = select(ServiceRow.id, ServiceRow.version)
    offered = service_queries.narrowed(services, filters).cte("offered")
    row, link = CalendarRow, ServiceCalendarRow
    of_offered = select(link.calendar_id).join(offered, offered.c.id == link.service_id)
    asked = row.id == bindparam("calendar_id") if "calendar_id" in filters else row.id.in_(of_offered)
    listed = union_all(
        select(
            literal_column("0").label("no"),
            offered.c.id,
            offered.c.version,
            literal_column("''").label("zone"),
        ),
        select(row.no, row.id, row.version, row.time_zone).where(row.active, asked),
    ).subquery()
    return PreparedSelect(select(listed).order_by(listed.c.no, listed.c.id))


def busy(calendar_no: int, first: int, last: int, seats: Mapping[str, int] | None = None) -> list[Busy]:
    """Return the blocks of a calendar that can overlap a block which begins between two minutes, in order.

    `seats` of blocks count as free; a block without other seats is left out.
    """
    begin, end = times.from_minutes(first) - LONGEST, times.from_minutes(last) + LONGEST
    query = select(*_columns).where(_row.calendar_no == calendar_no, _row.taken > 0)
    query = query.where(_row.starts_at >= begin, _row.starts_at < end).order_by(_row.starts_at)
    found = []
    for *values, taken in db.fetch_all(query):
        block = Busy(*values)
        own = (seats or {}).get(block.block_id, 0)
        if own < taken:
            found.append(replace(block, left=block.left + own) if own else block)
    return found


def own_blocks(booking_id: str) -> OwnBlocks | None:
    """Return the blocks of a booking and of its proposal, with its seats."""
    row = BookingRow
    columns = (row.customer_id, row.partner_id, row.version, row.block_id, row.proposed_block_id, row.seats)
    found = db.fetch_one(select(*columns).where(row.id == booking_id))
    if found is None:
        return None
    customer_id, partner_id, version, block, proposed, seats = found
    own = {each: seats for each in (block, proposed) if each is not None}
    return OwnBlocks(customer_id, partner_id, version, own)
