"""Starts by the clocks of a zone, as the datetimes of Python show them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.bookings.slots.offers import SEATS
from metaia.bookings.slots.presenters import Clock
from metaia.core import times
from metaia.core.text.zones import NAMES

BEGIN, LENGTH = times.day_number(date(2026, 3, 1)) * times.DAY, 250 * times.DAY


@given(st.sampled_from(sorted(NAMES)), st.sets(st.integers(BEGIN, BEGIN + LENGTH - 1), max_size=40))
def test_starts_are_grouped_and_written_as_python_would(name: str, minutes: set[int]) -> None:
    place = ZoneInfo(name)
    starts = [at * SEATS + 1 for at in sorted(minutes)]
    shown = Clock(times.offsets(place, BEGIN, BEGIN + LENGTH), plain=True).by_date(starts)
    expected: dict[str, list[str]] = {}
    for at in sorted(minutes):
        local = times.from_minutes(at).astimezone(place)
        expected.setdefault(local.date().isoformat(), []).append(local.isoformat())
    assert shown == expected


@pytest.mark.parametrize("name", ["Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe"])
def test_a_repeated_hour_has_two_offsets(name: str) -> None:
    place = ZoneInfo(name)
    whole = [at * SEATS + 3 for at in range(BEGIN, BEGIN + LENGTH, 30)]
    shown = Clock(times.offsets(place, BEGIN, BEGIN + LENGTH), plain=False).by_date(whole)
    texts = [each["startsAt"] for day in shown.values() for each in day]
    assert len(set(texts)) == len(whole)
    assert {len(day) for day in shown.values()} >= {48}
    assert min(len(day) for day in list(shown.values())[1:-1]) < 48  # when summer time begins
