"""Time zones come from the pinned package `tzdata`, whatever the machine knows; their arithmetic is in one place."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.core import times
from metaia.core.text.zones import NAMES
from metaia.dev.settings import ROOT
from metaia.notifications.preferences.policy import Preferences, after_quiet_hours

VANCOUVER = "America/Vancouver"  # stopped to change its clocks in 2026 (tzdb 2026b): always UTC-7


def test_vancouver_has_the_rules_of_the_package() -> None:
    assert datetime(2026, 12, 1, 9, tzinfo=ZoneInfo(VANCOUVER)).astimezone(UTC).hour == 16
    assert datetime(2026, 7, 1, 9, tzinfo=ZoneInfo(VANCOUVER)).astimezone(UTC).hour == 16


def test_quiet_hours_end_by_the_rules_of_the_package() -> None:
    at_night = datetime(2026, 12, 1, 12, tzinfo=UTC)  # 5 o'clock there
    preferences = Preferences(zone=ZoneInfo(VANCOUVER), quiet=(time(22), time(7)))
    assert after_quiet_hours(at_night, preferences) == datetime(2026, 12, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize("module", ["metaia.core.times", "metaia.users.schemas", "worker"])
def test_the_zone_data_of_the_machine_are_not_read(tmp_path: Path, module: str) -> None:
    """The machine's file is that of another zone."""
    (tmp_path / "America").mkdir()
    tokyo = resources.files("tzdata.zoneinfo").joinpath("Asia", "Tokyo").read_bytes()
    (tmp_path / "America" / "Vancouver").write_bytes(tokyo)
    code = (
        f"import {module}; from datetime import *; from zoneinfo import ZoneInfo;"
        f" print(datetime(2026, 12, 1, 9, tzinfo=ZoneInfo('{VANCOUVER}')).astimezone(timezone.utc).hour)"
    )
    environment = os.environ | {"PYTHONTZPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "16"


def test_each_zone_has_the_rules_of_the_package() -> None:
    """Its winter and its summer of some years; PYTHONTZPATH and the machine's zone data must not matter."""
    root = resources.files("tzdata.zoneinfo")
    moments = [
        datetime(year, month, 15, tzinfo=UTC) for year in (2024, 2026, 2030) for month in (1, 4, 7, 12)
    ]
    for name in sorted(NAMES):
        with root.joinpath(*name.split("/")).open("rb") as file:
            packaged = ZoneInfo.from_file(file)
        place = times.zone(name)
        assert [at.astimezone(place).utcoffset() for at in moments] == [
            at.astimezone(packaged).utcoffset() for at in moments
        ], name


@pytest.mark.parametrize(
    "name", ["", "America", "Mars/Phobos", "../../etc/passwd", "EST5EDT\0", "+02:00", "a" * 300, "é"]
)
def test_a_name_without_zone_data_is_no_zone(name: str) -> None:
    assert times.zone(name) is None


@pytest.mark.parametrize(
    ("name", "day", "hour"),
    [("Africa/Cairo", date(2026, 4, 24), 1), ("America/Santiago", date(2026, 9, 6), 1),
     ("Asia/Beirut", date(2026, 3, 29), 1), ("Europe/Berlin", date(2026, 3, 29), 0)],
)  # fmt: skip
def test_a_day_begins_when_its_zone_says_so(name: str, day: date, hour: int) -> None:
    place = ZoneInfo(name)
    begins = times.start_of(day, place).astimezone(place)
    assert (begins.date(), begins.hour, begins.minute) == (day, hour, 0)
    assert (begins.astimezone(UTC) - timedelta(minutes=1)).astimezone(place).date() == day - timedelta(days=1)


def test_a_skipped_local_time_is_the_moment_of_the_skip_and_a_repeated_one_has_two() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    skipped = times.instant(datetime(2026, 3, 29, 2, 30), berlin)  # noqa: DTZ001
    assert skipped == datetime(2026, 3, 29, 1, tzinfo=UTC)
    twice = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001
    first, second = times.instant(twice, berlin), times.instant(twice, berlin, late=True)
    assert (first.hour, second.hour) == (0, 1)


@given(st.sampled_from(sorted(NAMES)), st.integers(26_000_000, 40_000_000), st.integers(1, 60_000))
def test_offsets_of_a_range_are_those_of_its_minutes(name: str, first: int, length: int) -> None:
    place = ZoneInfo(name)
    found = times.offsets(place, first, first + length)
    assert (found[0][0], found[-1][1]) == (first, first + length)
    assert all(one[1] == other[0] and one[2] != other[2] for one, other in pairwise(found))
    for begins, ends, shift in found:
        for minute in (begins, (begins + ends) // 2, ends - 1):
            local = times.from_minutes(minute).astimezone(place).utcoffset()
            assert local is not None
            assert local // timedelta(minutes=1) == shift


def test_minutes_and_days_count_from_the_epoch() -> None:
    moment = datetime(2026, 10, 1, 9, 30, 59, tzinfo=UTC)
    assert times.from_minutes(times.minutes(moment)) == moment.replace(second=0)
    assert times.from_day_number(times.day_number(date(2026, 10, 1))) == date(2026, 10, 1)
