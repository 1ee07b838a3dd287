"""Counters of rate limits, per process and synchronised: see metaia/core/http/rate_counter.py."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import parse
from limits.storage import storage_from_string
from redis.exceptions import RedisError

from metaia.core.http.rate_counter import LocalFirstFixedWindow
from metaia.core.ids import new_id

TEN = parse("10 per minute")


@pytest.fixture(scope="module")
def storage(environment):
    return storage_from_string(environment["REDIS_URL"])


@pytest.fixture
def process(storage, monkeypatch):
    """Give a function that creates the counter of a process; the test calls its `sync`."""
    monkeypatch.setattr(LocalFirstFixedWindow, "_sync_forever", lambda _: None)
    return lambda: LocalFirstFixedWindow(storage)


def remaining(process, key):
    return process.get_window_stats(TEN, key).remaining


def test_one_process_counts_at_once(process):
    key, one = new_id(), process()
    assert [one.hit(TEN, key) for _ in range(11)] == [True] * 10 + [False]
    assert remaining(one, key) == 0
    assert one.hit(TEN, new_id())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("hs"), st.integers(0, 2)), max_size=40))
def test_after_all_have_synced_all_know_the_same_and_nothing_is_counted_twice(process, story):
    key, three = new_id(), [process() for _ in range(3)]
    for what, number in story:
        if what == "h":
            three[number].hit(TEN, key)
        else:
            three[number].sync()
    for _ in range(2):
        for one in three:
            one.hit(TEN, key, cost=0)
            one.sync()
    hits = sum(what == "h" for what, _ in story)
    assert {remaining(one, key) for one in three} == {max(0, 10 - hits)}


def test_a_window_ends_for_all_when_it_ends_for_the_first(process):
    key, one, other, second = new_id(), process(), process(), parse("2 per second")
    one.hit(second, key)
    one.sync()
    ends = one.get_window_stats(second, key).reset_time
    other.hit(second, key)
    other.sync()
    assert abs(other.get_window_stats(second, key).reset_time - ends) < 0.1
    while time.time() <= ends + 0.01:
        time.sleep(0.05)
    assert one.get_window_stats(second, key).remaining == 2
    assert one.hit(second, key)


def test_what_redis_did_not_hear_is_told_later(process, monkeypatch):
    key, one, other = new_id(), process(), process()
    one.hit(TEN, key)

    def away(*_):
        raise RedisError("away")

    with monkeypatch.context() as patch:
        patch.setattr(one, "_script", away)
        with pytest.raises(RedisError):
            one.sync()
    assert remaining(one, key) == 9
    one.hit(TEN, key)
    one.sync()
    other.hit(TEN, key)
    other.sync()
    assert remaining(other, key) == 7


def test_windows_that_are_over_are_forgotten(process):
    one = process()
    for _ in range(3):
        one.hit(parse("1 per second"), new_id())
    one.hit(TEN, new_id())
    ends = time.time() + 1.1
    while time.time() < ends:
        time.sleep(0.05)
    one.drop_ended()
    assert len(one._windows) == 1
