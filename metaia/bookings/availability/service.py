"""Changes of the hours of calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from metaia.bookings.calendars import policy, queries
from metaia.bookings.calendars import service as calendar_service
from metaia.bookings.calendars.models import CalendarExceptionRow
from metaia.bookings.calendars.queries import Calendar, CalendarException
from metaia.core import db, times, versions
from metaia.core import opening_hours as hours
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.core.http.parts.time_zones import require_zone
from metaia.core.json import Json
from metaia.core.times import now

MOST_AFFECTED = 500  # bookings
KEPT = timedelta(days=31)  # past exceptions
_DAY = timedelta(days=1)
Changed = tuple[Calendar, list[AnyRow]]  # and the bookings that are outside of its hours


def read(calendar_id: str | None, partner_id: str | None) -> tuple[Calendar, list[CalendarException]]:
    """Return a calendar, or the first one of a partner, with its exceptions from yesterday on. Raises NotFound."""
    found = queries.get(calendar_id) if calendar_id else queries.first_of_partner(partner_id or "")
    if found is None:
        raise NotFound("There is no such calendar.")
    return found, exceptions_to_come(found)


def set_week(
    actor: Actor, calendar_id: str | None, week: Json, zone: str | None, version: versions.Expected
) -> Changed:
    """Replace the weekly hours; return the calendar, and bookings outside of its hours. Raises as `change` does."""
    with db.transaction():
        calendar = calendar_service.to_change(actor, calendar_id, version)
        weekly = {day: _sorted(pairs) for day, pairs in week.items() if pairs}
        time_zone = require_zone(zone) if zone is not None else calendar.time_zone
        after = calendar_service.write(actor, calendar, "set_week", weekly=weekly, time_zone=time_zone)
        return after, _affected(after)


def set_exceptions(actor: Actor, calendar_id: str | None, given: Json, version: versions.Expected) -> Changed:
    """Set the hours of dates, none if they are closed; return what `set_week` does.

    Raises as `change` does, and TooMany (`limit_reached`).
    """
    first, last = given["first"], given["last"] or given["first"]
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    with db.transaction():
        calendar = calendar_service.to_change(actor, calendar_id, version)
        _require_room(calendar, days)
        values = {"calendar_id": calendar.id, "hours": _sorted(given["hours"]), "note": given["note"]}
        statement = insert(CalendarExceptionRow).values([values | {"date": day} for day in days])
        new = {name: statement.excluded[name] for name in ("hours", "note")}
        db.execute(statement.on_conflict_do_update(index_elements=["calendar_id", "date"], set_=new))
        after = calendar_service.write(actor, calendar, "set_exceptions", dates=days)
        return after, _affected(after)


def remove_exception(actor: Actor, calendar_id: str | None, day: date, version: versions.Expected) -> Changed:
    """Let a date have the hours of the week again; return what `set_week` does. Raises as `change` does."""
    with db.transaction():
        calendar = calendar_service.to_change(actor, calendar_id, version)
        row = CalendarExceptionRow
        done = db.execute(delete(row).where(row.calendar_id == calendar.id, row.date == day))
        if not done.rowcount:
            raise NotFound("This date has no exception.")
        after = calendar_service.write(actor, calendar, "remove_exception", dates=[day])
        return after, _affected(after)


def exceptions_to_come(calendar: Calendar) -> list[CalendarException]:
    """Return the exceptions of a calendar from yesterday on, for it is still yesterday somewhere."""
    return queries.exceptions([calendar.id], now().date() - _DAY)[calendar.id]


def _require_room(calendar: Calendar, days: Sequence[date]) -> None:
    """Delete old exceptions. Raises TooMany (`limit_reached`) if there would be too many with these dates."""
    row, oldest = CalendarExceptionRow, now().date() - KEPT
    db.execute(delete(row).where(row.calendar_id == calendar.id, row.date < oldest))
    known = {each.date for each in queries.exceptions([calendar.id], oldest)[calendar.id]}
    if len(known.union(days)) > policy.MAX_EXCEPTIONS:
        raise calendar_service.limit_reached(f"A calendar has at most {policy.MAX_EXCEPTIONS} exceptions.")


def _affected(calendar: Calendar) -> list[AnyRow]:
    """Return the bookings to come that are outside of the hours."""
    bookings = queries.open_bookings(calendar.id, now(), MOST_AFFECTED)
    if not bookings:
        return []
    place = times.zone(calendar.time_zone) or times.UTC_ZONE
    first, last = (bookings[end].starts_at.astimezone(place).date() for end in (0, -1))
    opened = queries.intervals(calendar, first, last)
    return [
        booking
        for booking in bookings
        if not hours.covers(opened, times.minutes(booking.starts_at), times.minutes(booking.ends_at))
    ]


def _sorted(pairs: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(pairs, key=lambda each: each["from"])
