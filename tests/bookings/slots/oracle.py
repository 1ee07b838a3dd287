"""The slow truth about starts: it walks minute by minute and asks what clocks show. It shares no code with METAIA."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Json = list[dict[str, str]]


@dataclass(frozen=True)
class Place:
    """A zone, its weekly hours and exceptions, as clients send them."""

    zone: str
    weekly: Mapping[str, Json]
    exceptions: Mapping[date, Json] = field(default_factory=dict)


def wall(place: Place, minute: int) -> datetime:
    """Return what clocks show, without a zone."""
    return (EPOCH + timedelta(minutes=minute)).astimezone(ZoneInfo(place.zone)).replace(tzinfo=None)


def hours_at(place: Place, shown: datetime) -> tuple[date, str] | None:
    """Return the hours that are open while clocks show `shown`, by their date and opening; the latest of them."""
    now, today, yesterday = f"{shown:%H:%M}", shown.date(), shown.date() - timedelta(days=1)
    found = [
        (today, each["from"])
        for each in _of(place, today)
        if each["from"] <= now and (now < each["to"] or each["to"] < each["from"])
    ]
    if today not in place.exceptions:
        found += [
            (yesterday, each["from"])
            for each in _of(place, yesterday)
            if each["to"] < each["from"] and now < each["to"]
        ]
    return max(found, default=None)


def _of(place: Place, day: date) -> Json:
    if day in place.exceptions:
        return place.exceptions[day]
    return place.weekly.get(NAMES[day.weekday()], [])


def starts(
    place: Place,
    first: date,
    last: date,
    *,
    duration: int,
    step: int,
    before: int = 0,
    after: int = 0,
    busy: Sequence[tuple[int, int]] = (),
) -> list[int]:
    """Return the starts on the dates `first` to `last` in minutes since the epoch. `busy` includes buffers."""
    begin = (datetime.combine(first, datetime.min.time(), UTC) - EPOCH) // timedelta(minutes=1) - 3 * 1440
    end = (datetime.combine(last, datetime.min.time(), UTC) - EPOCH) // timedelta(minutes=1) + 4 * 1440
    shown = [wall(place, minute) for minute in range(begin, end)]
    opened = [hours_at(place, each) for each in shown]
    taken = {minute for start, stop in busy for minute in range(start, stop)}
    found, anchor = [], 0
    for index, (previous, current) in enumerate(pairwise([None, *opened])):
        if current is not None and current != previous:
            anchor = index
        if current is None or (index - anchor) % step or not first <= shown[index].date() <= last:
            continue
        served = opened[index : index + duration]
        at = begin + index
        blocked = any(minute in taken for minute in range(at - before, at + duration + after))
        if None not in served and not blocked:
            found.append(at)
    return found


def transitions(zone: str, first_year: int, last_year: int) -> list[date]:
    """Return the local dates on which clocks change."""
    place, found = ZoneInfo(zone), []
    hours = range((last_year - first_year + 1) * 366 * 24)
    start = datetime(first_year, 1, 1, tzinfo=UTC)
    previous = None
    for hour in hours:
        moment = (start + timedelta(hours=hour)).astimezone(place)
        if previous is not None and moment.utcoffset() != previous and moment.year <= last_year:
            found.append(moment.date())
        previous = moment.utcoffset()
    return found
