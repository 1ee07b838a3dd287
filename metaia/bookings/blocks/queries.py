"""Selects on blocks, and the record they return."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select

from metaia.bookings.blocks.models import BookingBlockRow
from metaia.core import db


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
