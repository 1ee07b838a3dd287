"""Selects on blocks, and the record they return."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import func, select

from metaia.bookings.blocks.models import BookingBlockRow
from metaia.core import db
from metaia.core.db.expressions import among


@dataclass(frozen=True, slots=True)
class Block:
    """A block. `busy_from` and `busy_to` are its times with the buffers."""

    id: str
    calendar_no: int
    service_id: str
    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_to: datetime
    capacity: int
    taken: int


_row = BookingBlockRow
_bounds = {"busy_from": func.lower(_row.during), "busy_to": func.upper(_row.during)}
_columns = [
    _bounds[field.name] if field.name in _bounds else getattr(_row, field.name) for field in fields(Block)
]
_LONGEST = timedelta(minutes=1440 + 240)  # from a block's start to its end with a buffer


def busy(calendar_nos: Collection[int], first: datetime, last: datetime) -> list[Block]:
    """Return the blocks with seats taken that overlap the time from `first` to `last`, in order of their start."""
    query = select(*_columns).where(
        among(_row.calendar_no, calendar_nos),
        _row.taken > 0,
        _row.starts_at.between(first - _LONGEST, last + _LONGEST),  # for the index
        func.lower(_row.during) < last,
        func.upper(_row.during) > first,
    )
    return [Block(*found) for found in db.fetch_all(query.order_by(_row.starts_at))]


def get(block_id: str) -> Block | None:
    """Return a block."""
    found = db.fetch_one(select(*_columns).where(_row.id == block_id))
    return None if found is None else Block(*found)


def session(calendar_no: int, service_id: str, starts_at: datetime, ends_at: datetime) -> Block | None:
    """Return the session of a service between two times that has seats taken."""
    own = (_row.calendar_no == calendar_no, _row.service_id == service_id)
    times = (_row.starts_at == starts_at, _row.ends_at == ends_at)
    found = db.fetch_one(select(*_columns).where(*own, *times, _row.taken > 0))
    return None if found is None else Block(*found)
