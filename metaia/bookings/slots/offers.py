"""Which starts of a service are free: open hours minus blocks, in one sweep. Pure.

All times are integers: minutes since the epoch, in UTC. One function decides what is shown and what is accepted, so
the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat

from metaia.core.times import Interval

SLOT_TAKEN, SESSION_FULL = "slot_taken", "session_full"  # refusals because of other blocks
Start = tuple[int, int]  # a minute, and how many seats are left then; there may be thousands


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about the starts of a service; all but `capacity` (seats of one start) in minutes."""

    service_id: str
    duration: int
    buffer_before: int
    buffer_after: int
    step: int
    min_notice: int
    max_advance: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Busy:
    """A block of a calendar: `start` to `end` includes its buffers, `left` seats of it are free.

    Without `ends_at` the block has the length of its service.
    """

    start: int
    end: int
    starts_at: int
    service_id: str
    left: int
    block_id: str
    ends_at: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a start is not free. `details` has `earliest`, `latest` or `nearest` (minutes), or `seats_left`."""

    code: str
    details: dict[str, int] = field(default_factory=dict)


def starts(
    rules: Rules,
    opened: Sequence[Interval],
    busy: Sequence[Busy],
    now: int,
    first: int,
    last: int,
    seats: int = 1,
) -> list[Start]:
    """Return the free starts for `seats` between `first` and `last`, which is excluded, in order.

    `opened` (calendars/hours.py:intervals) and `busy` are sorted. Buffers lie outside of hours, too, and two
    blocks do not share one. The grid begins where an interval begins, every `step` minutes. A session
    with seats left is a start wherever it is.
    """
    first, last = max(first, now, now + rules.min_notice), min(last, now + rules.max_advance + 1)
    joinable = [
        (each.starts_at, each.left) for each in _sessions(rules, busy, first, last) if each.left >= seats
    ]
    if seats > rules.capacity:
        return joinable
    free = chain.from_iterable(_gaps(rules, opened, busy, first, last))
    found = list(zip(free, repeat(rules.capacity), strict=False))
    return sorted(found + joinable) if joinable else found


def refusal(
    rules: Rules,
    opened: Sequence[Interval],
    busy: Sequence[Busy],
    now: int,
    at: int,
    seats: int,
) -> Refusal | None:
    """Return why `at` is not free for `seats`, None if it is: `starts` decides, and this names the reason."""
    if starts(rules, opened, busy, now, at, at + 1, seats):
        return None
    return _of_time(rules, now, at) or _of_hours(rules, opened, busy, at) or blocked(rules, busy, at, seats)


def blocked(rules: Rules, busy: Sequence[Busy], at: int, seats: int) -> Refusal | None:
    """Return the refusal of a start without `seats` free ones, None if it has them, whatever hours and grid are."""
    joined = session(rules, busy, at)
    if joined is None and overlapping(rules, busy, at):
        return Refusal(code="slot_taken")
    left = rules.capacity if joined is None else joined.left
    if left >= seats:
        return None
    return (
        Refusal(code="session_full", details={"seats_left": left})
        if rules.capacity > 1
        else Refusal(code="slot_taken")
    )


def overlapping(rules: Rules, busy: Sequence[Busy], at: int) -> list[Busy]:
    """Return the blocks that a new block of this service at `at` would overlap, buffers included."""
    begins, ends = at - rules.buffer_before, at + rules.duration + rules.buffer_after
    return [each for each in busy if each.start < ends and begins < each.end]


def session(rules: Rules, busy: Sequence[Busy], at: int) -> Busy | None:
    """Return the block of this service that begins at `at`, which a booking of its seats joins."""
    return next(iter(_sessions(rules, busy, at, at + 1)), None)


def _sessions(rules: Rules, busy: Sequence[Busy], first: int, last: int) -> list[Busy]:
    """Return the blocks of this service that seats can be added to: none of a service with one seat.

    A block that was taken when the service had another length is none of them: its bookings end at another time.
    """
    if rules.capacity == 1:
        return []
    return [
        each
        for each in busy
        if each.service_id == rules.service_id
        and first <= each.starts_at < last
        and each.ends_at in (None, each.starts_at + rules.duration)
    ]


def _gaps(
    rules: Rules, opened: Sequence[Interval], busy: Sequence[Busy], first: int, last: int
) -> list[range]:
    """Return the grid's starts between blocks. One index runs over the blocks, as the open intervals are sorted."""
    before, after, step = rules.buffer_before, rules.duration + rules.buffer_after, rules.step
    index, count, found = 0, len(busy), []
    for (opens, closes), until in zip(opened, _runs(opened), strict=True):
        here, end = max(opens, first), min(closes, last, until - rules.duration + 1)
        while here < end:
            here += (opens - here) % step
            while index < count and busy[index].end + before <= here:
                index += 1
            if index == count or (stop := busy[index].start - after + 1) >= end:
                found.append(range(here, end, step))
                break
            if here < stop:
                found.append(range(here, stop, step))
            here = busy[index].end + before
    return found


def _runs(opened: Sequence[Interval]) -> list[int]:
    """Return for each interval when its run ends: touching intervals are open without a break."""
    ends = [closes for _, closes in opened]
    for index in range(len(opened) - 2, -1, -1):
        if opened[index][1] == opened[index + 1][0]:
            ends[index] = ends[index + 1]
    return ends


def _of_time(rules: Rules, now: int, at: int) -> Refusal | None:
    if at < now:
        return Refusal(code="in_the_past")
    if at < now + rules.min_notice:
        return Refusal(code="too_soon", details={"earliest": now + rules.min_notice})
    if at > now + rules.max_advance:
        return Refusal(code="too_far", details={"latest": now + rules.max_advance})
    return None


def _of_hours(rules: Rules, opened: Sequence[Interval], busy: Sequence[Busy], at: int) -> Refusal | None:
    """Return the refusal of a start outside of the hours or off the grid; the session that is there needs neither."""
    if session(rules, busy, at) is not None:
        return None
    for (opens, closes), until in zip(opened, _runs(opened), strict=True):
        if opens <= at < closes and at + rules.duration <= until:
            end = min(closes, until - rules.duration + 1)
            nearest = _nearest(at, opens, end, rules.step)
            return None if nearest == at else Refusal(code="off_grid", details={"nearest": nearest})
    return Refusal(code="outside_hours")


def _nearest(at: int, opens: int, end: int, step: int) -> int:
    """Return the start on the grid that is nearest to `at`."""
    before = at - (at - opens) % step
    after = before + step
    return after if after - at < at - before and after < end else before
