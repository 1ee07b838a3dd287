"""When reminders are due: before the start, before quiet hours, never in the past."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from metaia.bookings.reminders.policy import due, schedule
from metaia.notifications.preferences.policy import QUIET_LEAD, Preferences, after_quiet_hours

START = datetime(2026, 10, 10, 7, tzinfo=UTC)  # 9 o'clock in Paris
PARIS = ZoneInfo("Europe/Paris")
NIGHT = Preferences(PARIS, quiet=(time(22), time(8)))


def test_a_reminder_in_the_night_goes_out_in_the_evening() -> None:
    assert due(START, 120, NIGHT) == datetime(2026, 10, 9, 20, tzinfo=UTC) - QUIET_LEAD
    assert due(START, 30, NIGHT) == START - timedelta(minutes=30), "8:30 is no night"
    assert due(START, 120, Preferences(PARIS)) == START - timedelta(hours=2)


def test_reminders_of_the_past_are_left_out() -> None:
    moment = START - timedelta(hours=3)
    found = schedule(START, [1440, 120], Preferences(PARIS), moment)
    assert found == {120: START - timedelta(hours=2)}
    assert schedule(START, [1440, 120], NIGHT, moment) == {}, "the evening is over"


@given(st.integers(5, 20_160), st.integers(0, 23), st.integers(0, 23), st.integers(-48, 48))
def test_a_reminder_is_never_late_and_never_quiet(minutes: int, begin: int, end: int, hours: int) -> None:
    preferences = Preferences(PARIS, quiet=(time(begin), time(end)))
    start = START + timedelta(hours=hours)
    found = due(start, minutes, preferences)
    assert found <= start - timedelta(minutes=minutes)
    assert after_quiet_hours(found, preferences) == found
