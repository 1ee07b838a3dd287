"""Times in words by the clock of a place: `today, Saturday, 10 October, 19:00 (Paris time)`.

The date is always there, because a text is read later than it is written. Hours count to 24: that form is understood
everywhere, and 7:00 without `PM` is another time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location

from metaia.core import times

UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class _Words:
    today: str
    tomorrow: str
    date: str  # in the notation of CLDR
    zone: str


_ENGLISH = _Words("today, {}", "tomorrow, {}", "EEEE, d MMMM", "{} time")
_WORDS = {
    "en": _ENGLISH,
    "de": _Words("heute, {}", "morgen, {}", "EEEE, d. MMMM", "Ortszeit {}"),
    "hi": _Words("आज, {}", "कल, {}", "EEEE, d MMMM", "{} समय"),
}


def in_words(moment: str, language: str, zone_name: str, *, with_zone: bool = False) -> str:
    """Return date and time of `moment` (RFC 3339) by the clock of a zone. `today` is the day of that clock.

    `with_zone` adds the name of the zone, for readers whose own clock shows something else. The year is there if it is
    not the current one. An unknown zone counts as UTC, and an unknown language as English.
    """
    words, zone = _WORDS.get(language, _ENGLISH), _zone(zone_name)
    language = language if language in _WORDS else "en"
    local, here = datetime.fromisoformat(moment).astimezone(zone), times.now().astimezone(zone)
    pattern = words.date if local.year == here.year else f"{words.date} y"
    day = _date(local.date(), pattern, language)
    if local.date() == here.date():
        day = words.today.format(day)
    elif local.date() == here.date() + timedelta(days=1):
        day = words.tomorrow.format(day)
    shown = f"{day}, {local:%H:%M}"
    return f"{shown} ({words.zone.format(_city(zone, language))})" if with_zone else shown


def differ(moment: datetime, zone_name: str, other_name: str) -> bool:
    """Return whether clocks in two zones show different times at `moment`."""
    zone, other = (_zone(name) for name in (zone_name, other_name))
    return moment.astimezone(zone).utcoffset() != moment.astimezone(other).utcoffset()


@lru_cache(4000)
def _date(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language)


def _zone(name: str) -> ZoneInfo:
    return times.zone(name) or UTC  # an error would stop a whole batch of messages


@lru_cache(1000)
def _city(zone: ZoneInfo, language: str) -> str:
    """Return the city that names a zone; CLDR prefixes some with the country: `Argentina/Buenos Aires`."""
    return get_timezone_location(zone, locale=language, return_city=True).rpartition("/")[2]
