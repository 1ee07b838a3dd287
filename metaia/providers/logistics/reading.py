"""Reading what carriers state: texts, numbers and times in any form. Nothing here raises for odd values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from metaia.providers.logistics.interface import Place

INDIA = ZoneInfo("Asia/Kolkata")
LONGEST_TEXT, LONGEST_CITY = 300, 80  # characters
AHEAD = timedelta(days=2)  # scans further in the future have a wrong year or month
_FORMS = ("%d %m %Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d %m %Y", "%d-%m-%Y")  # day first


def text(value: object, longest: int = LONGEST_TEXT) -> str | None:
    """Return a text or a number as a text without spaces around it; None for all others and for an empty one."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip()[:longest].strip() or None


def fields(value: object) -> dict[str, Any]:
    """Return an object; an empty one for all other values."""
    return value if isinstance(value, dict) else {}


def moment(value: object, received_at: datetime, zone: tzinfo = UTC) -> datetime | None:
    """Return in UTC the time of a scan; `zone` is that of times without one. None if it cannot be read."""
    found = _parsed(text(value) or "")
    if found is None:
        return None
    found = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    return found if datetime(2000, 1, 1, tzinfo=UTC) < found < received_at + AHEAD else None


def estimate(value: object, zone: tzinfo = UTC) -> datetime | None:
    """Return in UTC a time of arrival; a date alone is the end of that day."""
    found = _parsed(text(value) or "")
    if found is None or not 2000 < found.year < 2100:
        return None
    if found.tzinfo is None and (found.hour, found.minute, found.second) == (0, 0, 0):
        found = found.replace(hour=23, minute=59, second=59)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def place(value: object) -> Place:
    """Return the place of an Indian carrier, such as `Mumbai_Andheri_D (Maharashtra)`."""
    city, _, region = (text(value) or "").partition("(")
    return Place(city.strip()[:LONGEST_CITY] or None, region.rstrip(") ").strip()[:LONGEST_CITY] or None)


def number(value: object, most: float) -> float | None:
    """Return a coordinate from -`most` to `most`; None for all other values."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -most <= value <= most else None


def _parsed(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(value, form)  # noqa: DTZ007 - the caller has the zone
        except ValueError:
            continue
    return None
