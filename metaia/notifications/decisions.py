"""What becomes of a notification on a channel: pure rules over what the user wants, the notice, and the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from metaia.notifications.catalogue import SECURITY, Notice

Every = Literal["hourly", "daily"]
DAILY_AT = time(8)  # in the user's own time zone


@dataclass(frozen=True)
class Wishes:
    """What a user wants. `quiet` is (from, until) in `zone`; `off` and `digest` are by category."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    muted: bool = False
    off: dict[str, list[str]] = field(default_factory=dict)
    digest: dict[str, Every] = field(default_factory=dict)
    quiet: tuple[time, time] | None = None


@dataclass(frozen=True)
class Decision:
    """`queued` for `due_at`, or `suppressed`; `reason` says why it is not simply sent now."""

    status: Literal["queued", "suppressed"]
    due_at: datetime
    reason: str | None = None
    digest: bool = False


def decide(notice: Notice, channel: str, wishes: Wishes, moment: datetime, *, recent: int = 0) -> Decision:
    """Return what happens on `channel` at `moment`; `recent` counts those before it in the time of its throttle."""
    if notice.category != SECURITY:
        if wishes.muted and not notice.urgent:
            return Decision("suppressed", moment, "muted")
        if channel in wishes.off.get(notice.category, ()):
            return Decision("suppressed", moment, "preference")
        if notice.throttle and recent >= notice.throttle[0]:
            return Decision("suppressed", moment, "throttle")
    if notice.urgent or notice.category == SECURITY:
        return Decision("queued", moment)
    every = wishes.digest.get(notice.category)
    if every and notice.may_wait:
        return Decision(
            "queued", after_quiet(next_digest(moment, every, wishes.zone), wishes), "digest", digest=True
        )
    later = after_quiet(moment, wishes)
    return Decision("queued", later, None if later == moment else "quiet_hours")


def after_quiet(moment: datetime, wishes: Wishes) -> datetime:
    """Return `moment`, or the end of the quiet hours that it falls into, in UTC.

    Quiet hours are told by the clock on the user's wall, so they may be 23 or 25 hours apart; a time that the clock
    skips when summer time begins is taken as the moment at which it skips.
    """
    if wishes.quiet is None or wishes.quiet[0] == wishes.quiet[1]:
        return moment
    start, end = wishes.quiet
    wall = moment.astimezone(wishes.zone)
    for day in (wall.date() - timedelta(days=1), wall.date()):
        begins = _instant(datetime.combine(day, start), wishes.zone)
        last = day + timedelta(days=1) if end <= start else day
        ends = _instant(datetime.combine(last, end), wishes.zone, late=True)
        if begins <= moment < ends:
            return ends
    return moment


def next_digest(moment: datetime, every: Every, zone: ZoneInfo) -> datetime:
    """Return when the next digest leaves: at the full hour, or in the morning of the user's own day. In UTC."""
    if every == "hourly":
        return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    day = moment.astimezone(zone).date()
    for ahead in (0, 1):
        at = _instant(datetime.combine(day + timedelta(days=ahead), DAILY_AT), zone)
        if at > moment:
            return at
    return moment + timedelta(days=1)


def _instant(wall: datetime, zone: ZoneInfo, *, late: bool = False) -> datetime:
    """Return the moment at which clocks in `zone` show `wall`: the first of two, or with `late` the second."""
    return wall.replace(tzinfo=zone, fold=int(late)).astimezone(UTC)
