"""Time zones come from the pinned package `tzdata`, whatever the machine knows."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, time
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

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
