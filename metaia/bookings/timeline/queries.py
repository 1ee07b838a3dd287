"""Selects on the timelines of bookings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from metaia.bookings.models import BookingStepRow
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among


def steps(booking_id: str) -> list[AnyRow]:
    """Return the timeline of a booking, oldest entry first."""
    row = BookingStepRow
    return db.fetch_all(select(row.__table__).where(row.booking_id == booking_id).order_by(row.version))


def last(booking_id: str, action: str) -> datetime | None:
    """Return when an action was done for the last time."""
    row = BookingStepRow
    own = (row.booking_id == booking_id, row.action == action)
    found: datetime | None = db.fetch_value(select(func.max(row.at)).where(*own))
    return found


def of_versions(booking_id: str, versions: Iterable[int]) -> dict[int, AnyRow]:
    """Return entries of the timeline of a booking by its version after them."""
    row = BookingStepRow
    query = select(row.__table__).where(row.booking_id == booking_id, among(row.version, versions))
    return {found.version: found for found in db.fetch_all(query)}
