"""Selects on how busy calendars are, and on what decides about a booking."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import and_, func, or_, select

from metaia.bookings.blocks.service import busy_time
from metaia.bookings.calendars.queries import EXCEPTIONS, Calendar, CalendarException, days_of_hours
from metaia.bookings.ending.queries import LONGEST as LONGEST_BOOKING
from metaia.bookings.ending.queries import OVERDUE, near
from metaia.bookings.limits.queries import LOAD, Load
from metaia.bookings.models import BookingRow
from metaia.bookings.services.queries import Service
from metaia.bookings.slots.policy import Busy
from metaia.bookings.slots.queries import LONGEST, NEAR, Known
from metaia.bookings.state import TAKING
from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import array
from metaia.core.times import MINUTE, now

DAY = timedelta(hours=25)  # the longest, as clocks change
_DATE = timedelta(days=1)  # the dates of zones are those of UTC, or the ones before and after


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about a booking: what its customer has, what is overdue in the calendars, and their time.

    With `stale` the calendars may have changed in the running transaction since they were row-locked.
    """

    load: Load
    overdue: Sequence[str]
    busy: Mapping[int, list[Busy]]  # by the number of the calendar
    exceptions: Mapping[str, list[CalendarException]]  # by the id of the calendar
    stale: bool = False

    def known(self, calendar: Calendar) -> Known:
        """Return what was read of one calendar."""
        return Known(self.busy.get(calendar.no, ()), self.exceptions.get(calendar.id, ()))


_load = LOAD.subquery("load")
_parts = (each.scalar_subquery() for each in (OVERDUE, NEAR, EXCEPTIONS))
_facts = PreparedSelect(select(*_load.c, *_parts))


def facts(
    service: Service, calendars: Collection[Calendar], starts_at: datetime, customer_id: str | None
) -> Facts:
    """Return what decides about a start, in one statement. Without a customer nothing is loaded."""
    ends_at = starts_at + timedelta(minutes=service.duration_minutes)
    ids = [each.id for each in calendars]
    moment = now()
    row = db.fetch_tuple(
        _facts,
        {
            **near(ids, starts_at, ends_at, moment),
            **_around(service, starts_at),
            "calendar_nos": array(each.no for each in calendars),
            "since": (moment - LONGEST_BOOKING).isoformat(),
            "customer_id": customer_id,
            "partner_id": service.partner_id,
            "starts_at": starts_at.isoformat(),
            "ends_at": ends_at.isoformat(),
        },
    )
    assert row is not None  # noqa: S101 - an aggregate
    *load, overdue, blocks, exceptions = row
    busy: dict[int, list[Busy]] = {}
    for number, *values in blocks or ():
        busy.setdefault(number, []).append(Busy(*values))
    hours: dict[str, list[CalendarException]] = {}
    for calendar_id, day, given in exceptions or ():
        hours.setdefault(calendar_id, []).append(CalendarException(date.fromisoformat(day), given))
    return Facts(Load(*load), overdue or (), busy, hours)


def _around(service: Service, starts_at: datetime) -> dict[str, str]:
    """Return the values of the parameters of NEAR and EXCEPTIONS but for the calendars."""
    begins, ends = busy_time(service, starts_at)
    day = starts_at.astimezone(UTC).date()
    first, last = days_of_hours(day - _DATE, day + _DATE)
    return {
        "earliest": (begins - LONGEST).isoformat(),
        "latest": (ends + LONGEST).isoformat(),
        "busy_from": (begins - MINUTE).isoformat(),  # offers compute with whole minutes
        "busy_to": (ends + MINUTE).isoformat(),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }


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
