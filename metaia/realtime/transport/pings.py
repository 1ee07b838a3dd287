"""One clock for the pings of all connections, in place of a sleeping greenlet for each."""

from __future__ import annotations

import time
from math import ceil
from typing import Any, Protocol

import gevent
import structlog

TICK = 1.0  # seconds
SLICE = 200  # connections looked at before others get their turn
STALLED = 3  # ticks; if the clock itself comes that late, answers may be waiting unread
logger = structlog.get_logger(__name__)


class Pinged(Protocol):
    """A connection that the clock looks after."""

    due: set[Pinged] | None  # the clock's own: where it keeps the connection
    unanswered: bool  # whether the last ping still has no answer; `ping` sets it

    def ping(self) -> None:
        """Send a ping."""

    def expire(self) -> None:
        """Close the connection: its client has gone. Must not block."""


class Clock:
    """Pings `interval` seconds after the last answer, and gives up `timeout` seconds after a ping."""

    def __init__(self, interval: float, timeout: float, tick: float = TICK) -> None:
        self.interval, self.timeout, self.tick = interval, timeout, tick
        self._due: dict[int, set[Pinged]] = {}  # by tick; every connection is in one of them
        self._next = 0
        self._running = False

    def schedule(self, connection: Pinged) -> None:
        """Ping `connection` after the interval, and go on until it is forgotten."""
        connection.unanswered = False
        self._put(connection, self.interval)

    def forget(self, connection: Pinged) -> None:
        """Stop looking after `connection`."""
        if connection.due is not None:
            connection.due.discard(connection)
            connection.due = None

    def _put(self, connection: Pinged, seconds: float) -> None:
        self.forget(connection)
        number = ceil((time.monotonic() + seconds) / self.tick)
        connection.due = self._due.setdefault(number, set())
        connection.due.add(connection)
        if not self._running:
            self._running = True
            self._next = self._now()
            gevent.spawn(self._run)

    def _now(self) -> int:
        return int(time.monotonic() / self.tick)

    def _run(self) -> None:
        while self._due:
            gevent.sleep(self.tick / 2)
            late = self._now() - self._next > STALLED
            while self._next <= self._now():
                self._look_after(self._due.pop(self._next, set()), late=late)
                self._next += 1
        self._running = False

    def _look_after(self, connections: set[Pinged], *, late: bool) -> None:
        for number, connection in enumerate(list(connections), start=1):
            if connection.due is connections:  # else it was closed, or has answered, meanwhile
                try:
                    self._look_at(connection, late=late)
                except Exception:
                    logger.exception("client not pinged")
            if number % SLICE == 0:
                gevent.sleep(0)

    def _look_at(self, connection: Pinged, *, late: bool) -> None:
        if connection.unanswered and not late:
            self.forget(connection)
            connection.expire()
            return
        self._put(connection, self.timeout)
        if not connection.unanswered:
            connection.unanswered = True
            connection.ping()


def clock_of(server: Any) -> Clock:
    """Return the one clock of an engineio `server`, with its ping settings."""
    clock: Clock = vars(server).setdefault("clock", Clock(server.ping_interval, server.ping_timeout))
    return clock
