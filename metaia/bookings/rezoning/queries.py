"""Selects of the bookings to come, for a comparison with the rules of their zones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_

from metaia.bookings.models import BookingRow
from metaia.bookings.state import OPEN
from metaia.core import db
from metaia.core.db import AnyRow

NIL = "00000000-0000-0000-0000-000000000000"  # lower than each id


def coming(after: tuple[datetime, str], limit: int) -> list[AnyRow]:
    """Return the bookings that follow a start and an id, in the order of their starts."""
    row = BookingRow
    query = select(row.id, row.block_id, row.starts_at, row.local_start, row.time_zone)
    rest = (row.status.in_(OPEN), tuple_(row.starts_at, row.id) > after)
    return db.fetch_all(query.where(*rest).order_by(row.starts_at, row.id).limit(limit))
