"""The slow truth about starts: it walks minute by minute and asks what clocks show. It shares no code with METAIA."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
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


@cache
def _shown(zone: str, begin: int, end: int) -> list[tuple[date, str]]:
    """Return what clocks show in each minute."""
    walls = (wall(Place(zone, {}), minute) for minute in range(begin, end))
    return [(each.date(), each.isoformat()[11:16]) for each in walls]


def _minute(day: date) -> int:
    return (datetime.combine(day, datetime.min.time(), UTC) - EPOCH) // timedelta(minutes=1)


class Walk:
    """The minutes around the dates `first` to `last`, each with what clocks show and the hours that are open."""

    def __init__(self, place: Place, first: date, last: date) -> None:
        self._place, self._first, self._last = place, first, last
        self._begin = _minute(first) - 3 * 1440
        self._shown = _shown(place.zone, self._begin, _minute(last) + 4 * 1440)
        self._opened = [self._hours_at(*shown) for shown in self._shown]

    def _hours_at(self, today: date, now: str) -> tuple[date, str] | None:
        """Return the hours that are open while clocks show `now`, by their date and opening; the latest of them."""
        found = [
            (today, each["from"])
            for each in self._of(today)
            if each["from"] <= now and (now < each["to"] or each["to"] < each["from"])
        ]
        yesterday = today - timedelta(days=1)
        if today not in self._place.exceptions:
            found += [
                (yesterday, each["from"])
                for each in self._of(yesterday)
                if each["to"] < each["from"] and now < each["to"]
            ]
        return max(found, default=None)

    def _of(self, day: date) -> Json:
        if day in self._place.exceptions:
            return self._place.exceptions[day]
        return self._place.weekly.get(NAMES[day.weekday()], [])

    def starts(
        self, *, duration: int, step: int, before: int, after: int, busy: Sequence[tuple[int, int]]
    ) -> list[int]:
        """Return the starts on the dates in minutes since the epoch. `busy` includes buffers."""
        taken = {minute for start, stop in busy for minute in range(start, stop)}
        found, anchor = [], 0
        for index, (previous, current) in enumerate(pairwise([None, *self._opened])):
            if current is not None and current != previous:
                anchor = index
            if current is None or (index - anchor) % step:
                continue
            if not self._first <= self._shown[index][0] <= self._last:
                continue
            at = self._begin + index
            blocked = any(minute in taken for minute in range(at - before, at + duration + after))
            if None not in self._opened[index : index + duration] and not blocked:
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
