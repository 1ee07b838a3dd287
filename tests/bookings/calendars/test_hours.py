"""Weekly hours and exceptions: as pairs, as a week, as intervals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from metaia.core import opening_hours as hours
from metaia.core import times
from metaia.core.opening_hours import Hours

UTC = ZoneInfo("UTC")
THURSDAY = times.day_number(date(2026, 10, 1))
MIDNIGHT = THURSDAY * times.DAY


def shown(opened: list[times.Interval]) -> list[tuple[int, int]]:
    """Return intervals in minutes of the Thursday."""
    return [(begins - MIDNIGHT, ends - MIDNIGHT) for begins, ends in opened if ends > MIDNIGHT]


def week(**weekly: list[tuple[str, str]]) -> tuple[tuple[hours.Pair, ...], ...]:
    return hours.week({day: [{"from": a, "to": b} for a, b in pairs] for day, pairs in weekly.items()})


@pytest.mark.parametrize(
    ("opening", "closing", "expected"),
    [("09:00", "12:30", (540, 750)), ("21:00", "03:00", (1260, 1620)), ("22:00", "24:00", (1320, 1440)),
     ("00:00", "24:00", (0, 1440)), ("18:00", "00:00", (1080, 1440))],
)  # fmt: skip
def test_a_closing_before_the_opening_is_on_the_next_day(opening, closing, expected):
    assert hours.pair(opening, closing) == expected


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        (week(mon=[("09:00", "12:00"), ("12:00", "15:00")]), []),
        (week(mon=[("09:00", "12:00"), ("11:59", "15:00")]), [0]),
        (week(mon=[("21:00", "03:00")], tue=[("02:00", "04:00")]), [1]),
        (week(mon=[("21:00", "03:00")], tue=[("03:00", "04:00")]), []),
        (week(sun=[("21:00", "03:00")], mon=[("00:00", "01:00")]), [0]),
    ],
)
def test_overlaps_are_found_also_over_midnight(weekly, expected):
    assert hours.overlapping(weekly) == expected


def test_touching_pairs_stay_apart_and_the_next_days_are_there_for_long_services():
    opened = hours.intervals(Hours(week(thu=[("09:00", "12:00"), ("12:00", "13:00")], fri=[("08:00", "09:00")])),
                             UTC, THURSDAY, THURSDAY)  # fmt: skip
    assert shown(opened) == [(540, 720), (720, 780), (1920, 1980)]


def test_an_exception_is_the_whole_truth_about_its_date():
    weekly = week(
        wed=[("21:00", "03:00")], thu=[("09:00", "17:00"), ("22:00", "02:00")], fri=[("09:00", "10:00")]
    )
    usual = hours.intervals(Hours(weekly), UTC, THURSDAY, THURSDAY)
    assert shown(usual) == [(-180, 180), (540, 1020), (1320, 1560), (1980, 2040)]
    exception = {THURSDAY: hours.pairs([{"from": "23:00", "to": "01:00"}])}
    other = hours.intervals(Hours(weekly, exception), UTC, THURSDAY, THURSDAY)
    assert shown(other) == [(1380, 1500), (1980, 2040)]
    closed = hours.intervals(Hours(weekly, {THURSDAY: ()}), UTC, THURSDAY, THURSDAY)
    assert shown(closed) == [(1980, 2040)]


def test_hours_that_an_exception_makes_overlap_are_open_once():
    weekly = week(thu=[("02:00", "10:00")])
    exception = {THURSDAY - 1: hours.pairs([{"from": "21:00", "to": "05:00"}])}
    opened = hours.intervals(Hours(weekly, exception), UTC, THURSDAY, THURSDAY)
    assert shown(opened) == [(-180, 120), (120, 600)]


def test_hours_within_others_begin_a_grid_and_the_others_continue():
    weekly = week(thu=[("02:00", "03:00")])
    exception = {THURSDAY - 1: hours.pairs([{"from": "21:00", "to": "05:00"}])}
    opened = hours.intervals(Hours(weekly, exception), UTC, THURSDAY, THURSDAY)
    assert shown(opened) == [(-180, 120), (120, 180), (180, 300)]


class Counted(list[Any]):
    """A list that counts the values which are read of it."""

    reads = 0

    def __iter__(self) -> Iterator[Any]:
        for each in super().__iter__():
            self.reads += 1
            yield each

    def __getitem__(self, index: Any) -> Any:
        self.reads += 1
        return super().__getitem__(index)


def test_each_interval_is_read_once_however_often_clocks_change(monkeypatch: pytest.MonkeyPatch):
    made = Counted(hours._disjoint((day * 1440, day * 1440 + 60) for day in range(THURSDAY, THURSDAY + 3650)))
    monkeypatch.setattr(hours, "_disjoint", lambda _: made)
    opened = hours.intervals(Hours(), ZoneInfo("Europe/Berlin"), THURSDAY, THURSDAY + 3650)
    assert len(opened) == 3650
    assert made.reads < 3 * 3650


def test_a_skipped_time_is_never_open_and_one_that_occurs_twice_is_open_twice():
    berlin = ZoneInfo("Europe/Berlin")
    weekly = week(sun=[("02:15", "02:45")])
    spring, autumn = (times.day_number(day) for day in (date(2026, 3, 29), date(2026, 10, 25)))
    assert hours.intervals(Hours(weekly), berlin, spring, spring) == []
    [first, second] = hours.intervals(Hours(weekly), berlin, autumn, autumn)
    assert second[0] - first[0] == 60
    assert [ends - begins for begins, ends in (first, second)] == [30, 30]
