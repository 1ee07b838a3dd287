"""When reminders of a booking are due. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from metaia.notifications.preferences.policy import Preferences, before_quiet_hours

REMINDED = frozenset({"pending", "confirmed"})  # statuses of bookings with reminders


def due(starts_at: datetime, minutes: int, preferences: Preferences) -> datetime:
    """Return when a reminder goes out: `minutes` before the start, or before the quiet hours that contain this time."""
    return before_quiet_hours(starts_at - timedelta(minutes=minutes), preferences)


def schedule(
    starts_at: datetime, offsets: Iterable[int], preferences: Preferences, moment: datetime
) -> dict[int, datetime]:
    """Return by offset in minutes when the reminders of a booking are due, without those of the past."""
    times = {minutes: due(starts_at, minutes, preferences) for minutes in offsets}
    return {minutes: at for minutes, at in times.items() if at > moment}
