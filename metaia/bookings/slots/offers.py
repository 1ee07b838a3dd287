"""Which starts of a service are free: open hours minus blocks, in one sweep. Pure.

All times are integers: minutes since the epoch, in UTC. One function decides what is shown and what is accepted, so
the two cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from metaia.bookings.calendars import gaps
from metaia.bookings.calendars.gaps import Gap
from metaia.bookings.slots.policy import Busy, Refusal, Rules
from metaia.core.times import Interval

SLOT_TAKEN, SESSION_FULL = "slot_taken", "session_full"  # refusals because of other blocks
SEATS = 512  # more than a start has
Start = tuple[int, int]  # a minute, and how many seats are left then
# A start as one integer, `minute * SEATS + seats`: there may be thousands, and `range` makes them in a quarter of the
# time of tuples. They sort as starts do, and `divmod(packed, SEATS)` is the start.
Packed = int


@dataclass(frozen=True, slots=True)
class Time:
    """The time of a calendar as each of its services needs it: its gaps, and its blocks by service."""

    gaps: Sequence[Gap]
    blocks: Mapping[str, Sequence[Busy]]


def time(opened: Sequence[Interval], busy: Sequence[Busy]) -> Time:
    """Return the time of a calendar. `opened` (core/opening_hours.py:intervals) and `busy` are sorted."""
    blocks: defaultdict[str, list[Busy]] = defaultdict(list)
    for each in busy:
        blocks[each.service_id].append(each)
    return Time(gaps.between(opened, busy), blocks)


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

    `opened` and `busy` are those of `time`. Buffers lie outside of hours, too, and two blocks do not share one. The
    grid begins where an interval begins, every `step` minutes. A session with seats left is a start wherever it is.
    """
    found = packed(rules, time(opened, busy), now, first, last, seats)
    return [divmod(each, SEATS) for each in found]


def packed(rules: Rules, time: Time, now: int, first: int, last: int, seats: int = 1) -> list[Packed]:
    """Return what `starts` does for the time of a calendar."""
    return in_order(*parts(rules, time, now, first, last, seats))


def in_order(free: Iterable[range], joinable: list[Packed]) -> list[Packed]:
    """Return the `parts` of one calendar as one list."""
    found = list(chain.from_iterable(free))
    return sorted(found + joinable) if joinable else found


def parts(
    rules: Rules, time: Time, now: int, first: int, last: int, seats: int = 1
) -> tuple[list[range], list[Packed]]:
    """Return the starts of `packed` in two parts: those on the grid, and those of sessions that are there."""
    first, last = max(first, now, now + rules.min_notice), min(last, now + rules.max_advance + 1)
    joinable = [
        each.starts_at * SEATS + each.left
        for each in _sessions(rules, time.blocks.get(rules.service_id, ()), first, last)
        if each.left >= seats
    ]
    return _on_grid(rules, time.gaps, first, last) if seats <= rules.capacity else [], joinable


def together(rules: Rules, found: Iterable[Packed]) -> list[Packed]:
    """Return the starts of several calendars, in order; a booking takes its seats from one of them."""
    listed = sorted(found)
    return listed if rules.capacity == 1 else list({each // SEATS: each for each in listed}.values())


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


def _on_grid(rules: Rules, found: Iterable[Gap], first: int, last: int) -> list[range]:
    """Return the starts on the grid in gaps. A calendar may have a thousand gaps: so the loop calls next to nothing."""
    before, step, plus, stride = rules.buffer_before, rules.step, rules.capacity, rules.step * SEATS
    rest, after = rules.duration - 1, rules.duration + rules.buffer_after - 1  # from the last start in it
    starts: list[range] = []
    add = starts.append
    for opens, closes, until, free, taken in found:
        here = free + before
        if here < first:
            here = first
        if here <= opens:
            here = opens
        else:
            here += (opens - here) % step
        end = taken - after
        if closes < end:
            end = closes
        if until - rest < end:
            end = until - rest
        if last < end:
            end = last
        if here < end:
            add(range(here * SEATS + plus, end * SEATS, stride))
    return starts


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
    for (opens, closes), until in zip(opened, gaps.runs(opened), strict=True):
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
