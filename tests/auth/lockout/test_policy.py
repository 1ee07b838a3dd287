"""The schedules of login delays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.auth.lockout.policy import ACCOUNT, ADDRESS, CODE, PAIR, Schedule

ALL = {"pair": PAIR, "address": ADDRESS, "account": ACCOUNT, "code": CODE}
schedules = st.builds(
    Schedule, free=st.integers(0, 30), max_wait=st.integers(1, 3600), decay=st.integers(1, 7200)
)
pauses = st.lists(st.floats(0, 100_000), max_size=60)


def waits(schedule, pauses):
    """Yield the delay after each failure; `pauses` are the seconds between them."""
    count = 0.0
    for pause in pauses:
        count = schedule.after_failure(count, pause)
        yield schedule.wait(count)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (PAIR, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]),
        (ADDRESS, [0] * 20 + [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]),
        (ACCOUNT, [0] * 10 + [1, 2, 4, 8, 16, 30, 30, 30]),
        (CODE, [0] * 5 + [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]),
    ],
    ids=ALL,
)
def test_failures_in_a_row(schedule, expected):
    assert list(waits(schedule, [0] * len(expected))) == expected


@given(schedules, pauses)
def test_nothing_makes_one_wait_for_longer_than_the_longest(schedule, pauses):
    assert all(0 <= wait <= schedule.max_wait for wait in waits(schedule, pauses))


@given(schedules, st.integers(0, 60))
def test_so_many_are_free_and_one_more_is_not(schedule, count):
    assert [wait == 0 for wait in waits(schedule, [0] * count)] == [n < schedule.free for n in range(count)]


@given(schedules, pauses, st.floats(0, 100_000), st.floats(0, 100_000))
def test_who_waits_longer_before_trying_again_never_waits_longer_after_it(schedule, pauses, one, other):
    soon, late = sorted((one, other))
    *_, after_soon = waits(schedule, [*pauses, soon])
    *_, after_late = waits(schedule, [*pauses, late])
    assert after_late <= after_soon


@given(schedules, pauses)
def test_waiting_begins_no_earlier_and_lasts_no_shorter_with_each_failure_at_once(schedule, pauses):
    found = list(waits(schedule, [*pauses, *[0] * 50]))[len(pauses) :]
    assert found == sorted(found)
    assert found[-1] == schedule.max_wait


@given(schedules, pauses)
def test_everything_is_forgotten_in_the_end(schedule, pauses):
    *_, last = waits(schedule, [*pauses, schedule.max_count * schedule.decay])
    assert last == schedule.wait(1)


@given(schedules.filter(lambda s: s.free >= 2), st.integers(1, 400))
def test_mistakes_that_are_far_enough_apart_never_make_anybody_wait(schedule, count):
    assert set(waits(schedule, [schedule.decay] * count)) == {0}


def test_a_clock_that_goes_back_does_not_help():
    assert PAIR.after_failure(5, -1000) == 6


@given(st.lists(st.floats(0, 3600), min_size=200, max_size=200))
def test_a_stranger_cannot_lock_an_account_for_more_than_half_a_minute(pauses):
    assert max(waits(ACCOUNT, pauses)) <= 30
