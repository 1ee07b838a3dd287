"""Opening hours: weekly hours and exceptions as intervals of time. Pure.

Hours are local times. A calendar or a shop is open while clocks in its zone show its hours, so a local time that a
change of clocks skips is never open, and one that occurs twice is open twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from metaia.core import times
from metaia.core.times import DAY, Interval

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AFTER = 2  # days after the last one: a service that begins on the last day may take 24 hours
ALWAYS = (((0, DAY),),) * 7
_THURSDAY = 3  # 1970-01-01, the day with the number 0
_NEVER = (10**12, 10**12)

Pair = tuple[int, int]  # opening and closing, in minutes of the date; more than DAY is on the next date
Wall = tuple[int, int]  # an interval of what clocks show, in minutes since 1970-01-01 00:00 on these clocks


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a calendar or a shop: pairs by weekday (Monday first), and exceptions by the number of their day.

    An exception is the whole truth about its date: neither the weekly hours nor what the evening before would
    continue into the date are open then.
    """

    weekly: tuple[tuple[Pair, ...], ...] = ((),) * 7
    exceptions: Mapping[int, tuple[Pair, ...]] = field(default_factory=dict)

    def of(self, day: int) -> tuple[Pair, ...]:
        """Return the pairs that begin on a day."""
        pairs = self.exceptions.get(day)
        return self.weekly[(day + _THURSDAY) % 7] if pairs is None else pairs


def pairs(hours: Iterable[Mapping[str, str]]) -> tuple[Pair, ...]:
    """Return hours as `[{"from": "09:00", "to": "12:30"}]` in minutes, sorted; `to` before `from` is the next day."""
    return tuple(sorted(pair(each["from"], each["to"]) for each in hours))


@lru_cache(4096)  # a year of exceptions has thousands of pairs, most of them the same
def pair(opening: str, closing: str) -> Pair:
    """Return an opening and a closing time, `HH:MM`, in minutes of the date. They are equal if both are the same."""
    begins, ends = _minute(opening), _minute(closing)
    return begins, ends if ends >= begins else ends + DAY


def week(weekly: Mapping[str, Iterable[Mapping[str, str]]]) -> tuple[tuple[Pair, ...], ...]:
    """Return the weekly hours of JSON, by weekday; a weekday without a key is closed."""
    return tuple(pairs(weekly.get(name, ())) for name in WEEKDAYS)


def of_json(
    weekly: Mapping[str, Iterable[Mapping[str, str]]] | None,
    exceptions: Iterable[Mapping[str, Any]],
    within: tuple[int, int] | None = None,
) -> Hours:
    """Return the hours of JSON; without weekly hours each weekday is open from 00:00 to 24:00.

    Each exception has `date`, as `2026-12-24`, and `hours`. `within` are the first and the last day of `intervals`:
    exceptions that do not count there are left out, because a shop may have thousands of pairs in a year.
    """
    if within is not None:
        first, last = (
            times.from_day_number(each).isoformat() for each in (within[0] - 1, within[1] + AFTER + 1)
        )
        exceptions = (each for each in exceptions if first <= each["date"] <= last)
    days = {times.day_number(date.fromisoformat(each["date"])): pairs(each["hours"]) for each in exceptions}
    return Hours(ALWAYS if weekly is None else week(weekly), days)


def overlapping(weekly: Sequence[Sequence[Pair]]) -> list[int]:
    """Return the weekdays (0 is Monday) of which a pair overlaps another one, also one of the evening before."""
    found = []
    for index, today in enumerate(weekly):
        evening = [(begins - DAY, ends - DAY) for begins, ends in weekly[index - 1]]
        if overlap([*(each for each in evening if each[1] > 0), *today]):
            found.append(index)
    return found


def overlap(spans: Iterable[Pair]) -> bool:
    """Return whether two pairs of one date overlap."""
    ordered = sorted(spans)
    return any(second[0] < first[1] for first, second in pairwise(ordered))


def intervals(hours: Hours, place: ZoneInfo, first_day: int, last_day: int) -> list[Interval]:
    """Return when a calendar in the zone `place` is open, from the day before `first_day` to AFTER `last_day`.

    The intervals are sorted and do not overlap. Two of them touch where one pair of hours follows another without a
    break: the grid of starts begins again there, and a service may last over both. Where an exception lets hours
    overlap, those that have begun last count.
    """
    walls = _disjoint(_walls(hours, first_day - 1, last_day + AFTER))
    finals = [end for _, end, _ in walls]
    found: list[Interval] = []
    last = None
    for begins, ends, shift in times.offsets(place, (first_day - 2) * DAY, (last_day + AFTER + 2) * DAY):
        for index in range(bisect_right(finals, begins + shift), len(walls)):
            start, end, wall = walls[index]
            opens, closes = max(begins, start - shift), min(ends, end - shift)
            if opens >= closes:
                break
            if wall == last and found[-1][1] == opens:  # the clocks change while it is open
                found[-1] = (found[-1][0], closes)
            else:
                found.append((opens, closes))
            last = wall
    return found


def joined(opened: Iterable[Interval]) -> list[Interval]:
    """Return sorted intervals, those that touch as one."""
    found: list[Interval] = []
    for opens, closes in opened:
        if found and found[-1][1] >= opens:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found


def at(opened: Sequence[Interval], minute: int) -> Interval | None:
    """Return the one of sorted intervals that contains a minute."""
    index = bisect_right(opened, minute, key=itemgetter(0)) - 1
    return opened[index] if index >= 0 and minute < opened[index][1] else None


def next_opening(opened: Sequence[Interval], minute: int) -> int | None:
    """Return the first minute from `minute` on that is in one of sorted intervals, None if there is none."""
    index = bisect_right(opened, minute, key=itemgetter(1))
    return max(opened[index][0], minute) if index < len(opened) else None


def covers(opened: Sequence[Interval], begins: int, ends: int) -> bool:
    """Return whether sorted intervals are open without a break from `begins` to `ends`."""
    for index in range(max(0, bisect_right(opened, begins, key=itemgetter(0)) - 1), len(opened)):
        opens, closes = opened[index]
        if not opens <= begins < closes:
            break
        begins = min(closes, ends)
    return begins == ends


def _walls(hours: Hours, first_day: int, last_day: int) -> list[Wall]:
    """Return what clocks show while it is open; an exception ends the hours of the evening before at 24:00."""
    found = []
    for day in range(first_day, last_day + 1):
        latest = DAY if day + 1 in hours.exceptions else 2 * DAY
        found += [(day * DAY + begins, day * DAY + min(ends, latest)) for begins, ends in hours.of(day)]
    return sorted(found)


def _disjoint(walls: Iterable[Wall]) -> list[tuple[int, int, Wall]]:
    """Return the parts of sorted intervals in which none of them began later, each with its interval."""
    found: list[tuple[int, int, Wall]] = []
    earlier: list[Wall] = []  # those that may continue
    here = 0
    for wall in (*walls, _NEVER):
        while earlier and earlier[-1][1] <= wall[0]:
            ended = earlier.pop()
            if here < ended[1]:
                found.append((here, ended[1], ended))
                here = ended[1]
        if earlier and here < wall[0]:
            found.append((here, wall[0], earlier[-1]))
        earlier.append(wall)
        here = wall[0]
    return found


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
