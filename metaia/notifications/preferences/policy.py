"""What becomes of a notification on a channel: pure rules over what the user wants, the notice, and the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from metaia.notifications.registry import SECURITY, Notice

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
    decision = again(notice, channel, wishes, moment)
    if decision.status == "suppressed":
        return decision
    if notice.throttle and recent >= notice.throttle[0]:
        return Decision("suppressed", moment, "throttle")
    every = wishes.digest.get(notice.category)
    if every and notice.may_wait and not _presses(notice):
        leaves = next_digest(moment, every, wishes.zone)
        return Decision("queued", after_quiet(leaves, wishes), "digest", digest=True)
    return decision


def again(notice: Notice, channel: str, wishes: Wishes, moment: datetime) -> Decision:
    """Return what happens to what is due at `moment`, whatever was decided before: it may be unwanted by now."""
    reason = _unwanted(notice, channel, wishes)
    if reason is not None:
        return Decision("suppressed", moment, reason)
    later = moment if _presses(notice) else after_quiet(moment, wishes)
    return Decision("queued", later, None if later == moment else "quiet_hours")


def _presses(notice: Notice) -> bool:
    """Return whether a notice waits for nothing."""
    return notice.urgent or notice.category == SECURITY


def _unwanted(notice: Notice, channel: str, wishes: Wishes) -> str | None:
    """Return why the user wants nothing of this kind on `channel`. Nobody can turn security off."""
    if notice.category == SECURITY:
        return None
    if wishes.muted and not notice.urgent:
        return "muted"
    return "preference" if channel in wishes.off.get(notice.category, ()) else None


def after_quiet(moment: datetime, wishes: Wishes) -> datetime:
    """Return `moment`, or the end of the quiet hours that it falls into, in UTC.

    Quiet hours are told by the clock on the user's wall: from the first time that it shows their beginning to the last
    time that it shows their end; what it skips when summer time begins stands for the moment at which it does.
    """
    if wishes.quiet is None or wishes.quiet[0] == wishes.quiet[1]:
        return moment
    start, end = wishes.quiet
    today = moment.astimezone(wishes.zone).date()
    for ahead in (-1, 0, 1):  # in this order: where clocks change, one night may end within the next
        day = today + timedelta(days=ahead)
        last = day + timedelta(days=1) if end < start else day
        begins = _instant(datetime.combine(day, start), wishes.zone)
        ends = _instant(datetime.combine(last, end), wishes.zone, late=True)
        if begins <= moment < ends:
            moment = ends
    return moment


def next_digest(moment: datetime, every: Every, zone: ZoneInfo) -> datetime:
    """Return when the next digest leaves: at the full hour, or in the morning, by the user's own clock. In UTC."""
    wall = moment.astimezone(zone)
    if every == "hourly":
        gone = timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
        return moment.astimezone(UTC) - gone + timedelta(hours=1)
    today = _instant(datetime.combine(wall.date(), DAILY_AT), zone)
    tomorrow = _instant(datetime.combine(wall.date() + timedelta(days=1), DAILY_AT), zone)
    return today if today > moment else tomorrow


def _instant(wall: datetime, zone: ZoneInfo, *, late: bool = False) -> datetime:
    """Return the moment, in UTC, at which clocks in `zone` show `wall`: the first of two, or with `late` the second.

    For what they skip, it is the moment at which they do.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if late else first
    while first - second > timedelta(
        seconds=1
    ):  # skipped: it happens between what the two offsets make of it
        middle = second + (first - second) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            second = middle
        else:
            first = middle
    return first.replace(microsecond=0)
