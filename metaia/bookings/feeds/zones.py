"""VTIMEZONE components (RFC 5545, 3.6.5) of the zones in a calendar. Pure.

icalendar's own `Timezone.from_tzinfo` is not used: it writes the beginning of summer time by the clock after the jump
together with the offset before it, which is an hour too late for programs that compute in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from metaia.core import times

UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"})


@lru_cache(500)
def component(name: str, first_year: int, last_year: int) -> bytes:
    """Return the VTIMEZONE of a zone that is right from the year before `first_year` to the end of `last_year`.

    It is empty for UTC, which needs none, and for a zone that the zone data lack.
    """
    place = times.zone(name)
    if place is None or name in UTC_NAMES:
        return b""
    since, until = (datetime(year, 1, 1, tzinfo=UTC) for year in (first_year - 1, last_year + 1))
    made = Timezone()
    made.add("tzid", name)
    before = None
    for first, _, offset in times.offsets(place, times.minutes(since), times.minutes(until)):
        made.add_component(_observance(place, first, offset if before is None else before, offset))
        before = offset
    return bytes(made.to_ical())


def _observance(place: ZoneInfo, first: int, before: int, offset: int) -> TimezoneStandard | TimezoneDaylight:
    """Return the part of a VTIMEZONE from the minute `first` on; offsets are in minutes."""
    moment = times.from_minutes(first)
    local = moment.astimezone(place)
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("dtstart", (moment + timedelta(minutes=before)).replace(tzinfo=None))
    part.add("tzoffsetfrom", timedelta(minutes=before))
    part.add("tzoffsetto", timedelta(minutes=offset))
    part.add("tzname", local.tzname())
    return part
