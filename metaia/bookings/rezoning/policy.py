"""Whether a booking still begins when clocks show what was agreed. Pure."""

from __future__ import annotations

from datetime import datetime

from metaia.core import times


def agreed(starts_at: datetime, local_start: str, time_zone: str) -> datetime | None:
    """Return the moment at which clocks of a zone show `local_start`, None if they do so at `starts_at`.

    A zone that the zone data lack changes nothing. A local time that occurs twice keeps the occurrence that was booked.
    """
    place = times.zone(time_zone)
    if place is None or f"{starts_at.astimezone(place):%Y-%m-%dT%H:%M}" == local_start:
        return None
    moment = times.instant(datetime.fromisoformat(local_start), place)
    return None if moment == starts_at else moment
