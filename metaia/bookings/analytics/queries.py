"""Selects that count bookings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, tuple_

from metaia.bookings.blocks.models import BookingBlockRow
from metaia.bookings.models import BookingRow
from metaia.bookings.state import TAKING
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among

MOST_SERVICES = 200


def conditions(
    first: datetime, last: datetime, partner_id: str | None, service_id: str | None
) -> list[ColumnElement[bool]]:
    """Return the conditions of bookings that begin from `first` on and before `last`."""
    row = BookingRow
    found = [row.starts_at >= first, row.starts_at < last]
    found += [row.partner_id == partner_id] if partner_id else []
    return found + ([row.service_id == service_id] if service_id else [])


def counts(wanted: list[ColumnElement[bool]]) -> list[AnyRow]:
    """Return the number of bookings and seats by service and status."""
    row = BookingRow
    query = select(
        row.service_id, row.status, func.count().label("bookings"), func.sum(row.seats).label("seats"),
        func.max(row.service["name"].astext).label("name"),
    )  # fmt: skip
    return db.fetch_all(query.where(*wanted).group_by(row.service_id, row.status).order_by(row.service_id))


def leads(wanted: list[ColumnElement[bool]]) -> dict[str | None, float]:
    """Return the median of the minutes from booking to start by service; by None of all services."""
    row = BookingRow
    minutes = func.extract("epoch", row.starts_at - row.created_at) / 60
    median = func.percentile_cont(0.5).within_group(minutes).label("median")
    query = select(row.service_id, median).where(*wanted, row.status.in_(TAKING))
    found = db.fetch_all(query.group_by(func.grouping_sets(tuple_(row.service_id), tuple_())))
    return {each.service_id: float(each.median) for each in found if each.median is not None}


def booked(calendar_nos: Collection[int], first: datetime, last: datetime) -> dict[int, int]:
    """Return the booked minutes of calendars in a time, without buffers, by the calendars' numbers."""
    row = BookingBlockRow
    begin, end = func.greatest(row.starts_at, first), func.least(row.ends_at, last)
    minutes = func.sum(func.extract("epoch", end - begin) / 60)
    query = select(row.calendar_no, minutes.label("minutes")).where(
        among(row.calendar_no, calendar_nos), row.taken > 0, row.starts_at < last, row.ends_at > first
    )
    return {each.calendar_no: int(each.minutes) for each in db.fetch_all(query.group_by(row.calendar_no))}
