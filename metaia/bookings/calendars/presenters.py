"""Calendars as JSON."""

from __future__ import annotations

from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.calendars.schemas import CalendarOut
from metaia.core.http.presenters import presenter
from metaia.core.json import Json

calendar = presenter(CalendarOut)


def conflict(found: Calendar) -> Json:
    """Return the `details` of a 409: the current calendar."""
    return {"version": found.version, "calendar": calendar(found)}
