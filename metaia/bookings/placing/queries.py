"""Selects on how busy calendars are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from metaia.bookings.models import BookingRow
from metaia.bookings.state import TAKING
from metaia.core import db

DAY = timedelta(hours=25)  # the longest, as clocks change


def loads(days: Mapping[str, str], moment: datetime) -> dict[str, int]:
    """Return the number of bookings of each calendar on a date (`2026-10-01`) that contains `moment`.

    `days` has the date by calendar, as they may be in different zones.
    """
    row = BookingRow
    wanted = or_(
        *(and_(row.calendar_id == each, row.local_start.startswith(day)) for each, day in days.items())
    )
    near = row.starts_at.between(moment - DAY, moment + DAY)
    query = select(row.calendar_id, func.count().label("bookings")).where(
        near, wanted, row.status.in_(TAKING)
    )
    return {each.calendar_id: each.bookings for each in db.fetch_all(query.group_by(row.calendar_id))}
