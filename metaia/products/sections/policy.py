"""When a section is served. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from metaia.core import opening_hours, times
from metaia.core.opening_hours import Hours
from metaia.products.records import Section

DAYS = 8  # in which a change is looked for: a week, and what its first evening continues into


@dataclass(frozen=True, slots=True)
class Served:
    """Whether a section is served at a moment, and when that changes; None: not within a week."""

    now: bool
    changes_at: datetime | None


def served(section: Section | None, place: ZoneInfo, moment: datetime) -> Served:
    """Return whether a section is served, by its hours in the zone of the shop; without hours it always is."""
    if section is None or section.hours is None:
        return Served(True, None)
    minute = times.minutes(moment)
    day = minute // times.DAY
    hours = Hours(opening_hours.week(section.hours))
    opened = opening_hours.joined(opening_hours.intervals(hours, place, day - 1, day + DAYS))
    inside = opening_hours.at(opened, minute)
    if inside is not None:
        longer = inside[1] - minute > DAYS * times.DAY  # the last interval ends where the search does
        return Served(True, None if longer else times.from_minutes(inside[1]))
    opens = opening_hours.next_opening(opened, minute)
    return Served(False, None if opens is None else times.from_minutes(opens))
