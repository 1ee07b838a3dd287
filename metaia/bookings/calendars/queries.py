"""Selects on calendars, and the records that they return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import bindparam, func, select

from metaia.bookings.calendars.models import CalendarExceptionRow, CalendarRow, ServiceCalendarRow
from metaia.bookings.models import BookingRow
from metaia.core import db, times
from metaia.core import opening_hours as hours
from metaia.core.db import AnyRow
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among, array, is_among
from metaia.core.opening_hours import Hours
from metaia.core.times import Interval

OPEN_BOOKINGS = ("held", "pending", "confirmed", "checked_in")
FAR = dt.timedelta(days=400)  # customers book at most 365 days before
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """One calendar, with the columns of its row (models.py)."""

    id: str
    no: int
    partner_id: str
    name: str
    time_zone: str
    active: bool
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    weekly: dict[str, list[dict[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CalendarException:
    """The hours of one date, instead of those of the week."""

    date: dt.date
    hours: list[dict[str, str]]
    note: str | None = None


_columns = [getattr(CalendarRow, each.name) for each in fields(Calendar)]
_select = select(*_columns).order_by(CalendarRow.no)
_listed = _select.where(is_among(CalendarRow.id, "calendar_ids"))
_by_ids, _locked = PreparedSelect(_listed), PreparedSelect(_listed.with_for_update(key_share=True))
_exception = CalendarExceptionRow
# The exceptions of calendars between two dates, each as JSON: the id of the calendar, the date and its hours.
EXCEPTIONS: Any = select(
    func.json_agg(func.json_build_array(_exception.calendar_id, _exception.date, _exception.hours))
).where(
    is_among(_exception.calendar_id, "calendar_ids"),
    _exception.date.between(bindparam("first_day"), bindparam("last_day")),
)


def get(calendar_id: str) -> Calendar | None:
    """Return a calendar."""
    return _one(db.fetch_one(_select.where(CalendarRow.id == calendar_id)))


def to_change(calendar_id: str) -> Calendar | None:
    """Return a calendar, row-locked in the running transaction: other ones take no time from it until this ends."""
    found = lock([calendar_id])
    return found[0] if found else None


def lock(calendar_ids: Collection[str]) -> list[Calendar]:
    """Return calendars, row-locked in the order of their numbers, so that two transactions do not deadlock.

    FOR NO KEY UPDATE: other transactions can add rows that refer to them.
    """
    return [Calendar(*row) for row in db.fetch_tuples(_locked, {"calendar_ids": array(calendar_ids)})]


def by_ids(calendar_ids: Collection[str]) -> list[Calendar]:
    """Return calendars in the order of their numbers."""
    return [Calendar(*row) for row in db.fetch_tuples(_by_ids, {"calendar_ids": array(calendar_ids)})]


def of_partner(partner_id: str) -> list[Calendar]:
    """Return all calendars of a partner, the first one first."""
    return [Calendar(*row) for row in db.fetch_all(_select.where(CalendarRow.partner_id == partner_id))]


def first_of_partner(partner_id: str) -> Calendar | None:
    """Return the first active calendar of a partner: the one that is meant if a request names none."""
    query = _select.where(CalendarRow.partner_id == partner_id, CalendarRow.active).limit(1)
    return _one(db.fetch_one(query))


def of_service(service_id: str) -> list[Calendar]:
    """Return the active calendars in which a service can be booked."""
    query = _select.join(ServiceCalendarRow, ServiceCalendarRow.calendar_id == CalendarRow.id)
    query = query.where(ServiceCalendarRow.service_id == service_id, CalendarRow.active)
    return [Calendar(*row) for row in db.fetch_all(query)]


def count(partner_id: str) -> int:
    """Return the number of calendars of a partner."""
    return int(db.fetch_value(select(func.count()).where(CalendarRow.partner_id == partner_id)))


def exceptions(
    calendar_ids: Sequence[str], first: dt.date, last: dt.date | None = None
) -> dict[str, list[CalendarException]]:
    """Return the exceptions of calendars by their ids, between two dates, both included, in order of the dates."""
    row = CalendarExceptionRow
    conditions = [among(row.calendar_id, calendar_ids), row.date >= first]
    if last is not None:
        conditions.append(row.date <= last)
    query = select(row.calendar_id, row.date, row.hours, row.note).where(*conditions).order_by(row.date)
    found: dict[str, list[CalendarException]] = {calendar_id: [] for calendar_id in calendar_ids}
    for calendar_id, *values in db.fetch_all(query):
        found[calendar_id].append(CalendarException(*values))
    return found


def intervals(calendar: Calendar, first_day: dt.date, last_day: dt.date) -> list[Interval]:
    """Return when a calendar is open on the dates of its zone, both included (see core/opening_hours.py:intervals).

    A calendar with a zone that the zone data do not have is closed: its hours would be those of another place.
    """
    span = days_of_hours(first_day, last_day)
    return open_hours(calendar, exceptions([calendar.id], *span)[calendar.id], first_day, last_day)


def open_hours(
    calendar: Calendar, given: Iterable[CalendarException], first_day: dt.date, last_day: dt.date
) -> list[Interval]:
    """Return when a calendar is open, as `intervals` does, with its exceptions of `days_of_hours` at least."""
    place = times.zone(calendar.time_zone)
    if place is None:
        return []
    by_day = {times.day_number(each.date): hours.pairs(each.hours) for each in given}
    found = Hours(hours.week(calendar.weekly), by_day)
    return hours.intervals(found, place, times.day_number(first_day), times.day_number(last_day))


def days_of_hours(first_day: dt.date, last_day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last date of which exceptions decide about the hours between two dates."""
    return first_day - 2 * _DAY, last_day + (hours.AFTER + 1) * _DAY


def open_bookings(calendar_id: str, since: dt.datetime, limit: int) -> list[AnyRow]:
    """Return bookings that take time from a calendar and end after `since`, in the order of their starts.

    Those that begin later than FAR are left out: a partner books any time, and hours are computed for all days before.
    """
    row = BookingRow
    query = select(
        row.id, row.booking_number, row.status, row.starts_at, row.ends_at, row.service["name"].astext.label("service")
    )  # fmt: skip
    begins = (row.starts_at > since - _DAY, row.starts_at < since + FAR)
    mine = (row.calendar_id == calendar_id, *begins, row.ends_at > since)
    open_ = row.status.in_(OPEN_BOOKINGS)
    return db.fetch_all(query.where(*mine, open_).order_by(row.starts_at).limit(limit))


def _one(row: Any) -> Calendar | None:
    return None if row is None else Calendar(*row)
