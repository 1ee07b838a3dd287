"""The clock: who answers is asked again, who does not is let go, who has left is forgotten."""

from __future__ import annotations

import time
from typing import Any

import gevent
import pytest

from metaia.realtime.transport import pings
from metaia.realtime.transport.pings import Clock, Pinged
from tests.support.waiting import until

INTERVAL, TIMEOUT, TICK = 0.1, 0.1, 0.02


class Fake:
    """A connection that answers, or does not."""

    def __init__(self, clock: Clock, *, answers: bool = True) -> None:
        self.clock, self.answers = clock, answers
        self.due: set[Pinged] | None = None
        self.unanswered = False
        self.pinged: list[float] = []
        self.expired: list[float] = []

    def ping(self) -> None:
        self.pinged.append(time.monotonic())
        if self.answers:
            self.clock.schedule(self)

    def expire(self) -> None:
        self.expired.append(time.monotonic())


@pytest.fixture
def clock() -> Clock:
    return Clock(INTERVAL, TIMEOUT, TICK)


def test_who_answers_is_pinged_again_and_again(clock: Clock) -> None:
    fake = Fake(clock)
    started = time.monotonic()
    clock.schedule(fake)
    until(lambda: len(fake.pinged) >= 3)
    assert fake.pinged[0] - started >= INTERVAL
    assert fake.pinged[2] - fake.pinged[1] >= INTERVAL
    assert not fake.expired
    clock.forget(fake)


def test_who_does_not_answer_is_let_go_once_and_not_before_the_timeout(clock: Clock) -> None:
    fake, other = Fake(clock, answers=False), Fake(clock)
    clock.schedule(fake)
    clock.schedule(other)
    until(lambda: fake.expired)
    assert len(fake.pinged) == 1
    assert fake.expired[0] - fake.pinged[0] >= TIMEOUT
    count = len(other.pinged)
    until(lambda: len(other.pinged) > count + 2)
    assert len(fake.expired) == 1
    assert not other.expired
    clock.forget(other)


def test_the_clock_keeps_nobody_who_was_forgotten_and_then_stops(clock: Clock) -> None:
    many = [Fake(clock) for _ in range(500)]
    for fake in many:
        clock.schedule(fake)
        clock.forget(fake)
        clock.forget(fake)
    assert not any(connections for connections in clock._due.values())
    until(lambda: not clock._running)
    assert not any(fake.pinged for fake in many)
    late = Fake(clock)
    clock.schedule(late)
    until(lambda: late.pinged)
    clock.forget(late)


def test_scheduling_often_costs_one_place_only(clock: Clock) -> None:
    fake = Fake(clock)
    for _ in range(100):
        clock.schedule(fake)
    assert sum(len(connections) for connections in clock._due.values()) == 1
    until(lambda: fake.pinged)
    assert len(fake.pinged) == 1
    clock.forget(fake)


def test_one_that_cannot_be_pinged_harms_no_other(clock: Clock, monkeypatch: Any) -> None:
    bad, good = Fake(clock), Fake(clock)
    monkeypatch.setattr(bad, "ping", lambda: 1 / 0)
    clock.schedule(bad)
    clock.schedule(good)
    until(lambda: len(good.pinged) >= 2)
    until(lambda: bad.expired)
    clock.forget(good)


def test_one_that_is_closed_while_others_are_pinged_is_left_alone(clock: Clock, monkeypatch: Any) -> None:
    monkeypatch.setattr(pings, "SLICE", 1)
    many = [Fake(clock) for _ in range(3)]

    def close_the_others(one: Fake) -> None:
        one.pinged.append(0.0)
        for fake in many:
            clock.forget(fake)

    for fake in many:
        monkeypatch.setattr(fake, "ping", lambda fake=fake: close_the_others(fake))
    number = clock._now() + 6
    for fake in many:
        clock.schedule(fake)
        clock.forget(fake)
        fake.due = clock._due.setdefault(number, set())
        fake.due.add(fake)
    until(lambda: not clock._running)
    assert sum(len(fake.pinged) for fake in many) == 1


def test_a_process_that_stood_still_does_not_blame_its_clients() -> None:
    clock = Clock(INTERVAL, TIMEOUT, TICK)
    fake = Fake(clock, answers=False)
    clock.schedule(fake)
    until(lambda: fake.pinged)
    end = time.monotonic() + TIMEOUT + 10 * TICK
    while time.monotonic() < end:
        pass  # the whole process: its answer is waiting unread meanwhile
    gevent.sleep(2 * TICK)
    assert not fake.expired
    clock.schedule(fake)  # read at last
    clock.forget(fake)
