"""The clock: a client that answers is pinged again, one that does not is expired, a cancelled one is removed."""

from __future__ import annotations

import time
from typing import Any

import gevent
import pytest

from metaia.realtime.transport import pings
from metaia.realtime.transport.pings import Clock, Pingable
from tests.support.waiting import until

INTERVAL, TIMEOUT, TICK = 0.1, 0.1, 0.02


class Fake:
    """A connection that answers, or does not."""

    def __init__(self, clock: Clock, *, answers: bool = True, quiet: bool = True) -> None:
        self.clock, self.answers, self.quiet = clock, answers, quiet
        self.ping_at = 0.0
        self.due: set[Pingable] | None = None
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


def test_a_client_that_answers_is_pinged_again(clock: Clock) -> None:
    fake = Fake(clock)
    started = time.monotonic()
    clock.schedule(fake)
    until(lambda: len(fake.pinged) >= 3)
    assert fake.pinged[0] - started >= INTERVAL
    assert fake.pinged[2] - fake.pinged[1] >= INTERVAL
    assert not fake.expired
    clock.cancel(fake)


def test_a_client_that_does_not_answer_expires_once_after_the_timeout(clock: Clock) -> None:
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
    clock.cancel(other)


def test_the_clock_drops_cancelled_connections_and_then_stops(clock: Clock) -> None:
    many = [Fake(clock) for _ in range(500)]
    for fake in many:
        clock.schedule(fake)
        clock.cancel(fake)
        clock.cancel(fake)
    assert not any(connections for connections in clock._due.values())
    until(lambda: not clock._running)
    assert not any(fake.pinged for fake in many)
    late = Fake(clock)
    clock.schedule(late)
    until(lambda: late.pinged)
    clock.cancel(late)


def test_scheduling_repeatedly_keeps_one_entry(clock: Clock) -> None:
    fake = Fake(clock)
    for _ in range(100):
        clock.schedule(fake)
    assert sum(len(connections) for connections in clock._due.values()) == 1
    until(lambda: fake.pinged)
    assert len(fake.pinged) == 1
    clock.cancel(fake)


def test_a_failing_ping_harms_no_other_connection(clock: Clock, monkeypatch: Any) -> None:
    bad, good = Fake(clock), Fake(clock)
    monkeypatch.setattr(bad, "ping", lambda: 1 / 0)
    clock.schedule(bad)
    clock.schedule(good)
    until(lambda: len(good.pinged) >= 2)
    until(lambda: bad.expired)
    clock.cancel(good)


def test_a_connection_closed_while_others_are_pinged_is_not_pinged(clock: Clock, monkeypatch: Any) -> None:
    monkeypatch.setattr(pings, "SLICE", 1)
    many = [Fake(clock) for _ in range(3)]

    def close_the_others(one: Fake) -> None:
        one.pinged.append(0.0)
        for fake in many:
            clock.cancel(fake)

    for fake in many:
        monkeypatch.setattr(fake, "ping", lambda fake=fake: close_the_others(fake))
    number = clock._now() + 6
    for fake in many:
        clock.schedule(fake)
        clock.cancel(fake)
        fake.due = clock._due.setdefault(number, set())
        fake.due.add(fake)
    until(lambda: not clock._running)
    assert sum(len(fake.pinged) for fake in many) == 1


def test_clients_do_not_expire_after_the_process_was_suspended() -> None:
    clock = Clock(INTERVAL, TIMEOUT, TICK)
    fake = Fake(clock, answers=False)
    clock.schedule(fake)
    until(lambda: fake.pinged)
    end = time.monotonic() + TIMEOUT + 10 * TICK
    while time.monotonic() < end:
        pass  # the whole process is suspended, so an answer may be waiting unread
    gevent.sleep(2 * TICK)
    assert not fake.expired
    clock.schedule(fake)  # the answer is read at last
    clock.cancel(fake)
