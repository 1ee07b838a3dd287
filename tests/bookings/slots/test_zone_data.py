"""Times are those of the pinned zone data, whatever data the machine has: other ones, or none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

ZONE = "America/Vancouver"  # its clocks do not change any more, by data of 2026
PROGRAM = """
import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo
{imports}
zone = ZoneInfo("America/Vancouver")
starts = [datetime(2026, 12, 1, 9, tzinfo=zone).astimezone(UTC).isoformat()]
if {ours}:
    from metaia.core import opening_hours as hours
    from metaia.core import times

    starts.append(times.instant(datetime(2026, 12, 1, 9), zone).isoformat())
    week = hours.week(dict.fromkeys(hours.WEEKDAYS, [{{"from": "09:00", "to": "10:00"}}]))
    day = times.day_number(date(2026, 12, 1))
    opened = hours.intervals(hours.Hours(week), zone, day, day)
    starts += [times.from_minutes(at).isoformat() for at, _ in opened if times.from_minutes(at).date().day == 1]
print(json.dumps(starts))
"""


@pytest.fixture
def machines(tmp_path: Path) -> dict[str, str]:
    """Give folders of zone data: one with other rules for the zone, and an empty one."""
    other = tmp_path / "other" / "America"
    other.mkdir(parents=True)
    (tmp_path / "none").mkdir()
    kolkata = resources.files("tzdata").joinpath("zoneinfo", "Asia", "Kolkata")
    (other / "Vancouver").write_bytes(kolkata.read_bytes())
    return {"other": str(other.parent), "none": str(tmp_path / "none")}


def starts(folder: str, *, ours: bool) -> list[str]:
    """Return when it is 9 o'clock, by all functions, in a process on a machine with this zone data."""
    program = PROGRAM.format(imports="import metaia" if ours else "", ours=ours)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONTZPATH": folder},
        capture_output=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_the_zone_data_of_the_machine_do_not_matter(machines: dict[str, str]) -> None:
    assert starts(machines["other"], ours=False) == ["2026-12-01T03:30:00+00:00"]  # it is read indeed
    for folder in machines.values():
        assert starts(folder, ours=True) == ["2026-12-01T16:00:00+00:00"] * 3, folder
