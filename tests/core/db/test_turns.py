"""Turns of greenlets, by key."""

from __future__ import annotations

import gevent
import pytest

from metaia.core.db import turns


def test_work_of_one_key_is_done_one_after_the_other_and_that_of_others_at_once():
    log = []

    def work(key, name):
        with turns.turn(key, 30):
            log.append(f"{name} begins")
            gevent.sleep(0)
            log.append(f"{name} ends")

    gevent.joinall(
        [gevent.spawn(work, *each) for each in (("a", "1"), ("a", "2"), ("b", "3"))], raise_error=True
    )
    assert log == ["1 begins", "3 begins", "1 ends", "3 ends", "2 begins", "2 ends"]
    assert turns._turns == {}, "keys are forgotten"


def test_a_turn_that_does_not_come_is_not_waited_for_longer():
    with turns.turn("a", 1), turns.turn("a", 0):
        pass
    assert turns._turns == {}


def test_an_error_ends_the_turn():
    with pytest.raises(ValueError, match="wrong"), turns.turn("a", 1):
        raise ValueError("wrong")
    with turns.turn("a", 0):
        assert len(turns._turns) == 1
    assert turns._turns == {}
