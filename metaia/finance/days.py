"""Days of money: those of the time zone FINANCE_TIMEZONE."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import current_app

from metaia.core.times import now


def zone() -> ZoneInfo:
    """Return the time zone of the books."""
    return ZoneInfo(current_app.config["FINANCE_TIMEZONE"])


def of(moment: datetime) -> date:
    """Return the day of a moment."""
    return moment.astimezone(zone()).date()


def today() -> date:
    """Return the current day."""
    return of(now())


def start(day: date) -> datetime:
    """Return the moment, in UTC, at which a day begins."""
    return datetime.combine(day, time(), zone()).astimezone(UTC)
