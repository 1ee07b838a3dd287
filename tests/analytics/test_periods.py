"""Calendar buckets of zones: no moment is counted twice or never, whatever clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.analytics import periods
from metaia.analytics.dashboard import service as dashboard

ZONES = (
    "Asia/Kolkata",  # +5:30
    "Asia/Kathmandu",  # +5:45
    "America/New_York",
    "Africa/Cairo",  # changes clocks at midnight
    "Asia/Beirut",  # changes clocks at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # has skipped 2011-12-30
)
DAYS = st.dates(date(1995, 1, 1), date(2030, 1, 1))


def length(bucket: periods.Bucket) -> timedelta:
    return bucket.end - bucket.start


@given(DAYS, st.integers(0, 70), st.sampled_from(ZONES), st.sampled_from(periods.GROUPS))
def test_buckets_touch_and_cover_the_period(first: date, more: int, name: str, group: str) -> None:
    zone, last = ZoneInfo(name), first + timedelta(days=more if group != periods.HOUR else more % 5)
    found = periods.buckets(first, last, group, zone)
    begin, end = periods.of_day(first, zone)[0], periods.of_day(last, zone)[1]
    assert [begin, *(bucket.end for bucket in found)] == [*(bucket.start for bucket in found), end]
    assert all(bucket.start < bucket.end for bucket in found)
    assert len({bucket.name for bucket in found}) == len(found)
    assert all(periods.quarter(bucket.start) == bucket.start for bucket in found)


@given(DAYS, st.integers(0, 70), st.sampled_from(ZONES))
def test_days_are_those_of_the_calendar(first: date, more: int, name: str) -> None:
    zone, days = ZoneInfo(name), [first + timedelta(days=number) for number in range(more + 1)]
    found = periods.buckets(first, days[-1], periods.DAY, zone)
    skipped = [day for day in days if name == "Pacific/Apia" and day == date(2011, 12, 30)]
    assert [bucket.name for bucket in found] == [str(day) for day in days if day not in skipped]
    for bucket in found:
        noon = bucket.start + length(bucket) / 2
        assert noon.astimezone(zone).date().isoformat() == bucket.name


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("Asia/Beirut", date(2026, 3, 29), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Kathmandu", date(2026, 4, 5), 24),
    ],
)
def test_a_day_with_a_change_of_clocks_is_one_bucket(zone: str, day: date, hours: float) -> None:
    [bucket] = periods.buckets(day, day, periods.DAY, ZoneInfo(zone))
    assert length(bucket) == timedelta(hours=hours)


def test_an_hour_that_occurs_twice_is_two_buckets() -> None:
    found = periods.buckets(date(2026, 11, 1), date(2026, 11, 1), periods.HOUR, ZoneInfo("America/New_York"))
    assert len(found) == 25
    assert {length(bucket) for bucket in found} == {timedelta(hours=1)}
    assert [bucket.name for bucket in found][1:3] == ["2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00"]


def test_weeks_begin_on_monday_and_are_cut_to_the_period() -> None:
    found = periods.buckets(date(2026, 11, 4), date(2026, 11, 16), periods.WEEK, ZoneInfo("UTC"))
    assert [bucket.name for bucket in found] == ["2026-11-04", "2026-11-09", "2026-11-16"]


@pytest.mark.parametrize(
    ("first", "last", "today", "expected"),
    [
        pytest.param(
            "2026-11-01", "2026-11-20", "2026-11-20", ("2026-10-01", "2026-10-20"), id="month to date"
        ),
        pytest.param(
            "2026-03-01", "2026-03-30", "2026-03-30", ("2026-02-01", "2026-02-28"), id="shorter month"
        ),
        pytest.param(
            "2026-11-01", "2026-11-30", "2026-12-05", ("2026-10-01", "2026-10-31"), id="whole month"
        ),
        pytest.param("2026-11-10", "2026-11-16", "2026-11-20", ("2026-11-03", "2026-11-09"), id="seven days"),
    ],
)
def test_a_period_is_compared_with_the_same_days_before(
    first: str, last: str, today: str, expected: tuple[str, str]
) -> None:
    found = periods.before(*map(date.fromisoformat, (first, last, today)))
    assert tuple(map(str, found)) == expected
    assert periods.year_before(date(2028, 2, 29), date(2028, 3, 1))[0] == date(2027, 2, 28)


def test_the_same_part_of_yesterday_has_the_same_clock_time() -> None:
    zone = ZoneInfo("America/New_York")
    moment = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # noon, the day after clocks went forward
    start, end = dashboard.elapsed(moment, zone, 1)
    assert (start, end) == (datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 8, 16, tzinfo=UTC))
