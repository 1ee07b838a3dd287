"""Publishing that the free times of a calendar have changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from metaia.core import rooms, times
from metaia.realtime import events

CHANGED = "calendar.changed"  # between METAIA's processes; slots/live.py informs clients


def slots_changed(calendar_id: str, partner_id: str, version: int, *, dates: Sequence[date] = ()) -> None:
    """Record that free times of a calendar have changed, in the running transaction; without `dates` on any date."""
    payload = {
        "partnerId": partner_id,
        "calendarId": calendar_id,
        "dates": [day.isoformat() for day in dates],
        "calendarVersion": version,
    }
    events.record("calendar.changed", payload, audience=(), subject=rooms.subject("calendar", calendar_id))


def dates_of(during: tuple[datetime, datetime] | None, zone: str) -> list[date]:
    """Return the dates of a time, by the clock of a zone; none without a time, or with more than a week of dates."""
    if during is None:
        return []
    place = times.zone(zone) or times.UTC_ZONE
    first, last = (moment.astimezone(place).date() for moment in during)
    days = (last - first).days + 1
    return [first + timedelta(days=n) for n in range(days)] if days <= 7 else []
