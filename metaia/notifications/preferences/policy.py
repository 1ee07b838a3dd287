"""Rules that decide whether and when a notification goes out on a channel. Pure functions.

They read the user's preferences, the type of the notification and the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from metaia.core.times import instant
from metaia.notifications.registry import SECURITY, NotificationType

DigestInterval = Literal["hourly", "daily"]
DAILY_DIGEST_AT = time(8)  # in the user's time zone
TOO_LATE = "too_late"  # reason of a delivery that would leave when its notification has expired
QUIET_LEAD = timedelta(
    minutes=5
)  # a message that goes out before quiet hours needs time for its way to the provider


@dataclass(frozen=True)
class Preferences:
    """The preferences of a user.

    `off` maps categories to the channels that are turned off, `digest` maps categories to the interval of their digest.
    `quiet` is the start and the end of the quiet hours, as local times in `zone`.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    muted: bool = False
    off: dict[str, list[str]] = field(default_factory=dict)
    digest: dict[str, DigestInterval] = field(default_factory=dict)
    quiet: tuple[time, time] | None = None


@dataclass(frozen=True)
class Decision:
    """The status of a new delivery. `reason` explains why it is suppressed or is not due at once."""

    status: Literal["queued", "suppressed"]
    due_at: datetime
    reason: str | None = None
    digest: bool = False


def decide(
    type_: NotificationType, channel: str, preferences: Preferences, moment: datetime, *, recent: int = 0
) -> Decision:
    """Return the decision for a new delivery on `channel` at `moment`.

    `recent` is the number of notifications of this type that the user got within the period of its throttle.
    """
    decision = decide_at_sending(type_, channel, preferences, moment)
    if decision.status == "suppressed":
        return decision
    if type_.throttle and recent >= type_.throttle[0]:
        return Decision("suppressed", moment, "throttle")
    interval = preferences.digest.get(type_.category)
    if interval and type_.may_wait and not _is_immediate(type_):
        due_at = next_digest(moment, interval, preferences.zone)
        return Decision("queued", after_quiet_hours(due_at, preferences), "digest", digest=True)
    return decision


def decide_at_sending(
    type_: NotificationType, channel: str, preferences: Preferences, moment: datetime
) -> Decision:
    """Return the decision for a delivery that is due at `moment`: preferences may have changed since it was planned."""
    reason = _opted_out(type_, channel, preferences)
    if reason is not None:
        return Decision("suppressed", moment, reason)
    due_at = moment if _is_immediate(type_) else after_quiet_hours(moment, preferences)
    return Decision("queued", due_at, None if due_at == moment else "quiet_hours")


def in_time(decision: Decision, expires_at: datetime | None) -> Decision:
    """Return `decision`, suppressed if the delivery would be due only when its notification has expired."""
    if expires_at is None or decision.status == "suppressed" or decision.due_at < expires_at:
        return decision
    return replace(decision, status="suppressed", reason=TOO_LATE, digest=False)


def _is_immediate(type_: NotificationType) -> bool:
    """Return whether quiet hours and digests do not delay a type."""
    return type_.urgent or type_.category == SECURITY


def _opted_out(type_: NotificationType, channel: str, preferences: Preferences) -> str | None:
    """Return the reason for which a user gets no notification of this type on `channel`, None if they get it.

    Users cannot turn off the category `security`.
    """
    if type_.category == SECURITY:
        return None
    if preferences.muted and not type_.urgent:
        return "muted"
    return "preference" if channel in preferences.off.get(type_.category, ()) else None


def after_quiet_hours(moment: datetime, preferences: Preferences) -> datetime:
    """Return `moment`, or in UTC the end of the quiet hours that contain it.

    Quiet hours are local times. They run from the first moment at which the local clock shows their start to the last
    moment at which it shows their end. A local time that the change to summer time skips stands for the moment of
    that change.
    """
    for begins, ends in _nights(moment, preferences):
        if begins <= moment < ends:
            moment = ends
    return moment


def before_quiet_hours(moment: datetime, preferences: Preferences) -> datetime:
    """Return `moment`, or in UTC QUIET_LEAD before the beginning of the quiet hours that contain it."""
    for begins, ends in _nights(moment, preferences):
        if begins - QUIET_LEAD < moment < ends:  # where clocks skip a day, that can be in the night before
            return before_quiet_hours(begins - QUIET_LEAD, preferences)
    return moment


def _nights(moment: datetime, preferences: Preferences) -> Iterator[tuple[datetime, datetime]]:
    """Yield begin and end of the quiet hours that can contain `moment`, in UTC and in their order.

    The order matters: at a change of the clock one night can end within the next one.
    """
    if preferences.quiet is None or preferences.quiet[0] == preferences.quiet[1]:
        return
    start, end = preferences.quiet
    today = moment.astimezone(preferences.zone).date()
    for days in (-1, 0, 1):
        first_day = today + timedelta(days=days)
        last_day = first_day + timedelta(days=1) if end < start else first_day
        yield (
            instant(datetime.combine(first_day, start), preferences.zone),
            instant(datetime.combine(last_day, end), preferences.zone, late=True),
        )


def next_digest(moment: datetime, interval: DigestInterval, zone: ZoneInfo) -> datetime:
    """Return in UTC when the next digest is due: at the next full hour or at the next DAILY_DIGEST_AT, local time."""
    local = moment.astimezone(zone)
    if interval == "hourly":
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return moment.astimezone(UTC) - past + timedelta(hours=1)
    today = instant(datetime.combine(local.date(), DAILY_DIGEST_AT), zone)
    tomorrow = instant(datetime.combine(local.date() + timedelta(days=1), DAILY_DIGEST_AT), zone)
    return today if today > moment else tomorrow
