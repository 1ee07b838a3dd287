"""Locales as platforms write them, with the BCP 47 tag of the nearest language that CLDR knows.

The rows of `locales.tsv`: locale, tag (`-`: none), and the platform or RFC.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from metaia.core.text import languages, zones

FILE = Path(__file__).parent / "locales.tsv"
ROWS = [[plain.encode("ascii", "backslashreplace").decode("unicode_escape") for plain in line.split("\t")]
        for line in FILE.read_text().splitlines()]  # fmt: skip


@pytest.mark.parametrize(("text", "tag", "why"), ROWS)
def test_a_locale_has_a_nearest_language(text: str, tag: str, why: str) -> None:
    assert (languages.nearest(text) or "-") == tag, why


@pytest.mark.parametrize("tag", sorted({tag for _, tag, _ in ROWS} - {"-"}))
def test_a_tag_is_its_own_nearest_language(tag: str) -> None:
    assert languages.nearest(tag) == tag
    assert languages.nearest(tag.replace("-", "_").lower()) == tag


def test_an_enormous_locale_is_none() -> None:
    for text in ("e" * 60_000, "en_" * 20_000, "-" * 60_000, "@" * 60_000, "en-" + "a-" * 30_000):
        assert languages.nearest(text) in {None, "en"}


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Asia/Kolkata", "Asia/Kolkata"), ("asia/kolkata", "Asia/Kolkata"), (" Asia/Calcutta ", "Asia/Calcutta"),
        ("utc", "UTC"), ("India Standard Time", "Asia/Calcutta"), ("W. Europe Standard Time", "Europe/Berlin"),
        ("Mars/Olympus", None), ("", None), ("localtime", None), ("../etc/passwd", None), ("+05:30", None),
    ],
)  # fmt: skip
def test_a_time_zone_has_the_name_of_iana(text: str, zone: str | None) -> None:
    assert zones.named(text) == zone
