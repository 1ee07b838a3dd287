"""Times in words are those of the clock of the place, whatever the reader's clock and the server's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from metaia.core import times
from metaia.core.text.wall_times import differ, in_words

MOMENT = "2026-10-10T17:00:00Z"  # 19:00 in Paris, 20:00 in Athens


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> object:
    """Give a function that sets the present."""

    def move(text: str) -> None:
        monkeypatch.setattr(times, "now", lambda: datetime.fromisoformat(text))

    move("2026-10-01T00:00:00Z")
    return move


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Saturday, 10 October, 19:00 (Paris time)"),
        ("de", "Samstag, 10. Oktober, 19:00 (Ortszeit Paris)"),
        ("hi", "शनिवार, 10 अक्टूबर, 19:00 (पेरिस समय)"),
        ("fr", "Saturday, 10 October, 19:00 (Paris time)"),
    ],
)
def test_a_time_has_its_date_and_zone(at: object, language: str, expected: str) -> None:
    assert in_words(MOMENT, language, "Europe/Paris", with_zone=True) == expected
    assert in_words(MOMENT, language, "Europe/Paris") == expected.partition(" (")[0]


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ("2026-10-08T21:59:00Z", "Saturday, 10 October, 19:00"),
        ("2026-10-08T22:00:00Z", "tomorrow, Saturday, 10 October, 19:00"),  # midnight in Paris
        ("2026-10-09T21:59:00Z", "tomorrow, Saturday, 10 October, 19:00"),
        ("2026-10-09T22:00:00Z", "today, Saturday, 10 October, 19:00"),
        ("2025-12-31T12:00:00Z", "Saturday, 10 October 2026, 19:00"),
    ],
)
def test_today_is_the_day_of_the_place(at: object, present: str, expected: str) -> None:
    at(present)  # type: ignore[operator]
    assert in_words(MOMENT, "en", "Europe/Paris") == expected


def test_an_unknown_zone_is_utc_and_long_names_are_cities(at: object) -> None:
    assert in_words(MOMENT, "en", "Mars/Olympus", with_zone=True).endswith("17:00 (UTC time)")
    assert in_words(MOMENT, "en", "../../etc/passwd", with_zone=True).endswith("17:00 (UTC time)")
    shown = in_words(MOMENT, "en", "America/Argentina/Buenos_Aires", with_zone=True)
    assert shown.endswith("14:00 (Buenos Aires time)")


def test_zones_differ_by_what_clocks_show() -> None:
    summer, winter = (datetime(2026, month, 10, 12, tzinfo=UTC) for month in (7, 12))
    assert differ(summer, "Europe/Paris", "Europe/Athens")
    assert not differ(summer, "Europe/Paris", "Europe/Berlin")
    assert not differ(winter, "Europe/London", "UTC")
    assert differ(summer, "Europe/London", "UTC")
