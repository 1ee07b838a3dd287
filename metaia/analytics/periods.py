"""Calendar buckets of a zone: hours, days, weeks from Monday, months. Pure.

Days are found by their dates in the zone, never by adding 24 hours: at changes of clocks a day has 23 or 25 hours, and
it may begin at another time than 00:00. Instants are computed here and sent to PostgreSQL, which converts no zones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from metaia.core import times

HOUR, DAY, WEEK, MONTH = "hour", "day", "week", "month"
GROUPS = (HOUR, DAY, WEEK, MONTH)
QUARTER = 900  # seconds


@dataclass(frozen=True, slots=True)
class Bucket:
    """A part of a period: its name, its first instant, and the instant after it."""

    name: str
    start: datetime
    end: datetime


def quarter(at: datetime) -> datetime:
    """Return the quarter hour of a moment."""
    seconds = int((at - times.EPOCH).total_seconds() // QUARTER) * QUARTER
    return times.EPOCH + timedelta(seconds=seconds)


def of_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instant of a day, and the first one of the next day.

    A day that a zone has skipped, as it moved across the date line, begins and ends at the same instant.
    """
    return times.start_of(day, zone), times.start_of(day + timedelta(days=1), zone)


def buckets(first: date, last: date, group: str, zone: ZoneInfo) -> list[Bucket]:
    """Return the buckets of the days from `first` to `last`, both included. They touch, and none is empty.

    The first and the last week or month has only its days that are in the period.
    """
    if group == HOUR:
        return list(_hours(first, last, zone))
    found = []
    for begin, end in _dates(first, last, group):
        start, stop = times.start_of(begin, zone), times.start_of(end, zone)
        if start < stop:
            found.append(Bucket(_name(begin, group), start, stop))
    return found


def _dates(first: date, last: date, group: str) -> Iterator[tuple[date, date]]:
    """Yield the first day of each bucket, and the one after its last."""
    begin, after = first, last + timedelta(days=1)
    while begin < after:
        end = min(_next(begin, group), after)
        yield begin, end
        begin = end


def _next(day: date, group: str) -> date:
    """Return the first day of the next bucket."""
    if group == MONTH:
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 - day.weekday() if group == WEEK else 1)


def _name(day: date, group: str) -> str:
    return f"{day:%Y-%m}" if group == MONTH else day.isoformat()


def _hours(first: date, last: date, zone: ZoneInfo) -> Iterator[Bucket]:
    """Yield the hours of the clocks of a zone: an hour that occurs twice is two buckets, a skipped one is none.

    An hour ends when the clocks show the next full hour, or are changed.
    """
    start, stop = times.start_of(first, zone), times.start_of(last + timedelta(days=1), zone)
    while start < stop:
        end = start + timedelta(seconds=QUARTER)
        while end < stop and _hour(end, zone) == _hour(start, zone):
            end += timedelta(seconds=QUARTER)
        yield Bucket(start.astimezone(zone).isoformat(timespec="minutes"), start, end)
        start = end


def _hour(at: datetime, zone: ZoneInfo) -> tuple[date, int, timedelta | None]:
    local = at.astimezone(zone)
    return local.date(), local.hour, local.utcoffset()


def before(first: date, last: date, today: date) -> tuple[date, date]:
    """Return the period to compare one with: as many days before, or the same elapsed days of the month before.

    A period from the first of a month to `today` or to the month's end is compared with the month before: up to the
    same day, as far as that month has it.
    """
    ends = last == today or (last + timedelta(days=1)).day == 1
    if first.day == 1 and (first.year, first.month) == (last.year, last.month) and ends:
        end_before = first - timedelta(days=1)
        begin = end_before.replace(day=1)
        whole = (last + timedelta(days=1)).day == 1 and last != today
        return begin, end_before if whole else min(end_before, begin + (last - first))
    length = last - first + timedelta(days=1)
    return first - length, last - length


def year_before(first: date, last: date) -> tuple[date, date]:
    """Return the same dates of the year before; of 29 February the 28th."""
    return _year_before(first), _year_before(last)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def utc(at: datetime) -> datetime:
    """Return a moment in UTC."""
    return at.astimezone(UTC)
