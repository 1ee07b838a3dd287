"""Taking time from a calendar and freeing it, in a transaction that has row-locked the calendar.

The lock makes the order of requests fair and their refusals exact. That no two blocks overlap does not depend on it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import bindparam, func, literal_column, update
from sqlalchemy.dialects.postgresql import insert

from metaia.bookings.blocks import queries
from metaia.bookings.blocks.models import FREE, BookingBlockRow
from metaia.bookings.blocks.queries import Block
from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import moment
from metaia.core.errors import Conflict
from metaia.core.ids import new_id


class Bookable(Protocol):
    """The part of a service, or of a booking's copy of it, that decides how much time is taken. In minutes."""

    @property
    def id(self) -> str: ...
    @property
    def duration_minutes(self) -> int: ...
    @property
    def buffer_before_minutes(self) -> int: ...
    @property
    def buffer_after_minutes(self) -> int: ...
    @property
    def capacity(self) -> int: ...


def take(calendar_no: int, service: Bookable, starts_at: datetime, seats: int) -> str:
    """Take `seats` of a service at a time: of the session that is there, or of a new block. Return the block's id.

    A session of another length is a block in the way: the times of a booking are those of its block. Raises Conflict
    (`slot_taken`, `session_full`).
    """
    session = None
    if service.capacity > 1:
        session = queries.session(calendar_no, service.id, starts_at, _ends_at(service, starts_at))
    return _insert(calendar_no, service, starts_at, seats) if session is None else _join(session, seats)


def free(block_id: str, seats: int) -> None:
    """Free seats of a block; without any seat taken it takes no time."""
    row = BookingBlockRow
    db.execute(update(row).where(row.id == block_id).values(taken=row.taken - seats))


def busy_time(service: Bookable, starts_at: datetime) -> tuple[datetime, datetime]:
    """Return the time that a start takes, with its buffers."""
    before = timedelta(minutes=service.buffer_before_minutes)
    after = timedelta(minutes=service.buffer_after_minutes)
    return starts_at - before, _ends_at(service, starts_at) + after


def overlaps(block: Block, service: Bookable, starts_at: datetime) -> bool:
    """Return whether a service at a time would overlap a block, buffers included."""
    busy_from, busy_to = busy_time(service, starts_at)
    return block.busy_from < busy_to and busy_from < block.busy_to


def overlay(block: Block, service: Bookable, starts_at: datetime) -> str:
    """Let a block take the time of another start too, which overlaps its own; return the id of a block for that start.

    The new block has no seat taken until `replace` is called. So a proposal takes both times, though they overlap.
    """
    row, (busy_from, busy_to) = BookingBlockRow, busy_time(service, starts_at)
    both = func.tstzrange(min(block.busy_from, busy_from), max(block.busy_to, busy_to), "[)")
    db.execute(update(row).where(row.id == block.id).values(during=both))
    return _insert(block.calendar_no, service, starts_at, 0)  # without a seat it conflicts with nothing


def restore(block: Block, service: Bookable) -> None:
    """Let a block take its own time only, after `overlay`."""
    row = BookingBlockRow
    own = func.tstzrange(*busy_time(service, block.starts_at), "[)")
    db.execute(update(row).where(row.id == block.id).values(during=own))


def replace(block_id: str, seats: int) -> None:
    """Take the seats of a block that `overlay` has made; the block under it is free."""
    db.execute(update(BookingBlockRow).where(BookingBlockRow.id == block_id).values(taken=seats))


def _join(session: Block, seats: int) -> str:
    row = BookingBlockRow
    room = update(row).where(row.id == session.id, row.taken + seats <= row.capacity)
    if db.execute(room.values(taken=row.taken + seats).returning(row.id)).first() is None:
        left = session.capacity - session.taken
        raise Conflict("The session has fewer seats left.", code="session_full", details={"seatsLeft": left})
    return session.id


_row = BookingBlockRow
# ON CONFLICT asks instead of raising: two plain inserts that collide each hold their row and wait for the other one.
_new = PreparedSelect(
    insert(_row)
    .values(
        id=bindparam("block_id"), calendar_no=bindparam("number"), service_id=bindparam("of_service"),
        starts_at=bindparam("begins"), ends_at=bindparam("ends"), capacity=bindparam("most"),
        taken=bindparam("seats"),
        during=func.tstzrange(moment("busy_from"), moment("busy_to"), literal_column("'[)'")),
    )
    .on_conflict_do_nothing(constraint=FREE)
    .returning(_row.id)
)  # fmt: skip


def _insert(calendar_no: int, service: Bookable, starts_at: datetime, seats: int) -> str:
    """Insert a block, unless it overlaps another one; return its id."""
    busy_from, busy_to = busy_time(service, starts_at)
    values = {
        "block_id": new_id(), "number": str(calendar_no), "of_service": service.id, "begins": starts_at.isoformat(),
        "ends": _ends_at(service, starts_at).isoformat(), "most": str(service.capacity), "seats": str(seats),
        "busy_from": busy_from.isoformat(), "busy_to": busy_to.isoformat(),
    }  # fmt: skip
    made = db.execute_prepared(_new, values)
    if made is None:
        raise Conflict("This time is not free any more.", code="slot_taken")
    return str(made[0])


def _ends_at(service: Bookable, starts_at: datetime) -> datetime:
    return starts_at + timedelta(minutes=service.duration_minutes)
