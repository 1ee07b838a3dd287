"""Hours of calendars as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.bookings.availability.schemas import AffectedOut
from metaia.bookings.calendars.queries import Calendar, CalendarException
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.opening_hours import WEEKDAYS

affected = presenter(AffectedOut)


def availability(calendar: Calendar, exceptions: Iterable[CalendarException], *, notes: bool) -> Json:
    """Return the hours of a calendar, keys in snake_case; with `notes` the exceptions have theirs."""
    return {
        "calendar_id": calendar.id,
        "partner_id": calendar.partner_id,
        "time_zone": calendar.time_zone,
        "weekly": {day: calendar.weekly.get(day, []) for day in WEEKDAYS},
        "exceptions": [_exception(each, notes=notes) for each in exceptions],
        "version": calendar.version,
    }


def _exception(found: CalendarException, *, notes: bool) -> Json:
    shown: Json = {"date": found.date.isoformat(), "hours": found.hours}
    return shown | {"note": found.note} if notes else shown
