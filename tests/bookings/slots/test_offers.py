"""The sweep that finds free starts: against a search minute by minute, and for single starts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metaia.bookings.slots import offers
from metaia.bookings.slots.policy import Busy, Refusal, Rules
from metaia.core.times import Interval

OWN, OTHER, EVER = "own", "other", 10**6
RULES = Rules(OWN, 60, 0, 0, 15, 0, EVER, 1)


def block(start: int, end: int, *, left: int = 0, service: str = OTHER, at: int | None = None) -> Busy:
    return Busy(start, end, start if at is None else at, service, left, "block")


@st.composite
def hours(draw: st.DrawFn) -> list[Interval]:
    """Draw sorted intervals, of which some touch."""
    found, at = [], draw(st.integers(-50, 50))
    for gap, length in draw(
        st.lists(st.tuples(st.sampled_from([0, 0, 7, 60]), st.integers(1, 300)), max_size=5)
    ):
        found.append((at + gap, at + gap + length))
        at += gap + length
    return found


@st.composite
def situations(draw: st.DrawFn) -> tuple[Rules, list[Interval], list[Busy], int, int]:
    """Draw rules, hours, blocks that do not overlap, the current minute and seats."""
    capacity = draw(st.sampled_from([1, 1, 3]))
    before, after = draw(st.integers(0, 20)), draw(st.integers(0, 20))
    rules = Rules(
        OWN, draw(st.integers(5, 120)), before, after, draw(st.integers(5, 60)), draw(st.integers(0, 90)),
        draw(st.integers(0, 900)), capacity,
    )  # fmt: skip
    busy, at = [], draw(st.integers(-100, 100))
    for gap, length, left in draw(
        st.lists(st.tuples(st.integers(0, 200), st.integers(5, 120), st.integers(0, 2)))
    ):
        at += gap
        own = draw(st.booleans())
        end = at + before + length + after
        left = left if capacity > 1 else 0
        busy.append(block(at, end, left=left, service=OWN if own else OTHER, at=at + before))
        at = end
    return rules, draw(hours()), busy, draw(st.integers(-100, 300)), draw(st.integers(1, 4))


def allowed(
    rules: Rules,
    opened: list[Interval],
    minutes: set[int],
    busy: list[Busy],
    now: int,
    at: int,
    seats: int,
) -> int | None:
    """Return the seats that are left at a start, None if it is not free. Slow, and in other words.

    `minutes` has those that are `opened`.
    """
    if not max(now, now + rules.min_notice) <= at <= now + rules.max_advance:
        return None
    for each in busy:
        if rules.capacity > 1 and (each.service_id, each.starts_at) == (rules.service_id, at):
            return each.left if each.left >= seats else None
    interval = next((each for each in opened if each[0] <= at < each[1]), None)
    fits = interval is not None and minutes.issuperset(range(at, at + rules.duration))
    if interval is None or not fits or (at - interval[0]) % rules.step or seats > rules.capacity:
        return None
    own = range(at - rules.buffer_before, at + rules.duration + rules.buffer_after)
    is_free = all(each.end <= own.start or own.stop <= each.start for each in busy)
    return rules.capacity if is_free else None


@settings(max_examples=300)
@given(situations())
def test_starts_are_those_of_a_slow_search(situation) -> None:
    rules, opened, busy, now, seats = situation
    first, last = -200, 900
    minutes = {minute for begins, ends in opened for minute in range(begins, ends)}
    slow = [
        (at, left)
        for at in range(first, last)
        if (left := allowed(rules, opened, minutes, busy, now, at, seats)) is not None
    ]
    assert offers.starts(rules, opened, busy, now, first, last, seats) == slow


@settings(max_examples=300)
@given(situations(), st.integers(-200, 900))
def test_what_is_offered_is_accepted_and_nothing_else(situation, at: int) -> None:
    rules, opened, busy, now, seats = situation
    offered = {at for at, _ in offers.starts(rules, opened, busy, now, -200, 900, seats)}
    refused = offers.refusal(rules, opened, busy, now, at, seats)
    assert (refused is None) == (at in offered)


@given(situations(), st.integers(-200, 900))
def test_a_partner_is_refused_only_by_other_blocks(situation, at: int) -> None:
    rules, _, busy, _, seats = situation
    refused = offers.blocked(rules, busy, at, seats)
    always = [(-500, 2000)]
    free = Rules(OWN, rules.duration, rules.buffer_before, rules.buffer_after, 1, 0, EVER, rules.capacity)
    assert (refused is None) == bool(offers.starts(free, always, busy, -500, at, at + 1, seats))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (-15, Refusal("in_the_past")),
        (15, Refusal("too_soon", {"earliest": 30})),
        (1035, Refusal("too_far", {"latest": 1030})),
        (600, Refusal("outside_hours")),
        (555, Refusal("outside_hours")),  # it would end after the hours
        (70, Refusal("off_grid", {"nearest": 75})),
        (67, Refusal("off_grid", {"nearest": 60})),
        (300, Refusal("slot_taken")),
        (255, Refusal("slot_taken")),
        (240, None),
        (360, None),
    ],
)
def test_a_refusal_names_its_reason(at: int, expected: Refusal | None) -> None:
    rules = Rules(OWN, 60, 0, 0, 15, 30, 1030, 1)
    assert offers.refusal(rules, [(0, 600)], [block(300, 360)], 0, at, 1) == expected


def test_a_full_session_is_refused_with_its_seats() -> None:
    rules, session = Rules(OWN, 60, 0, 0, 15, 0, EVER, 6), block(60, 120, left=2, service=OWN)
    assert offers.refusal(rules, [(0, 600)], [session], 0, 60, 3) == Refusal(
        "session_full", {"seats_left": 2}
    )
    assert offers.refusal(rules, [(0, 600)], [session], 0, 60, 2) is None
    assert offers.refusal(rules, [(0, 600)], [session], 0, 75, 1) == Refusal("slot_taken")
    assert offers.refusal(rules, [(0, 600)], [], 0, 60, 7) == Refusal("session_full", {"seats_left": 6})


def test_a_session_is_offered_wherever_it_is() -> None:
    """A partner may have put it outside of hours and grid."""
    rules, session = Rules(OWN, 60, 0, 0, 15, 0, EVER, 6), block(707, 767, left=2, service=OWN)
    assert offers.starts(rules, [(0, 60)], [session], 0, 0, 900) == [(0, 6), (707, 2)]


def test_a_service_with_one_seat_joins_no_session_of_its_past() -> None:
    """Its capacity was reduced while a session had seats left."""
    session = block(60, 120, left=2, service=OWN)
    assert 60 not in [at for at, _ in offers.starts(RULES, [(0, 600)], [session], 0, 0, 600)]
    assert offers.refusal(RULES, [(0, 600)], [session], 0, 60, 1) == Refusal("slot_taken")


def test_one_s_own_block_that_was_left_out_frees_the_quarter_after_it() -> None:
    """A move by 15 minutes overlaps the old time, which the caller does not pass."""
    assert (705, 1) in offers.starts(RULES, [(0, 1440)], [], 0, 0, 1440)
    taken = offers.starts(RULES, [(0, 1440)], [block(690, 750)], 0, 0, 1440)
    assert (705, 1) not in taken
