"""One clock that pings all Engine.IO connections, in place of a sleeping greenlet for each."""

from __future__ import annotations

import time
from math import ceil
from typing import Any, Protocol

import gevent
import structlog

TICK = 1.0  # seconds
# Seconds after which a client that was sent something is pinged early. Its answer proves the receipt, so that a client
# that loses its connection is sent again the events of about so many seconds, instead of those of a whole interval.
EARLY = 5.0
SLICE = 200  # connections checked before other greenlets run
STALLED = 3  # ticks; if the clock itself is that late, answers may have arrived that nothing has read yet
logger = structlog.get_logger(__name__)


class Pingable(Protocol):
    """A connection that the clock checks."""

    due: set[Pingable] | None  # the set in which the clock keeps the connection
    unanswered: bool  # whether the last ping still has no answer; the clock sets it
    ping_at: float  # monotonic time of the next ping, at the latest; the clock sets it

    @property
    def quiet(self) -> bool:
        """Return whether nothing was sent since the last ping."""

    def ping(self) -> None:
        """Send a ping."""

    def expire(self) -> None:
        """Close the connection, because its client no longer answers. Must not block."""


class Provable(Protocol):
    """What an answered ping proves: all that was sent before the ping has been received."""

    def mark(self) -> None:
        """Remember what was sent before the ping that is sent now."""

    def confirm(self) -> None:
        """Take it as received, because the ping is answered."""


class Clock:
    """Pings `interval` seconds after the last answer, and expires a connection `timeout` seconds after a ping.

    A connection that was sent something is pinged already `early` seconds after the last answer.
    """

    def __init__(self, interval: float, timeout: float, tick: float = TICK, early: float = EARLY) -> None:
        self.interval, self.timeout, self.tick = interval, timeout, tick
        self.early = min(early, interval)
        self._due: dict[int, set[Pingable]] = {}  # by tick; every connection is in one of them
        self._next = 0
        self._running = False

    def schedule(self, connection: Pingable) -> None:
        """Ping `connection` after the interval, and again after each answer, until it is cancelled."""
        connection.unanswered = False
        connection.ping_at = time.monotonic() + self.interval
        self._put(connection, self.early)

    def cancel(self, connection: Pingable) -> None:
        """Stop pinging `connection`."""
        if connection.due is not None:
            connection.due.discard(connection)
            connection.due = None

    def _put(self, connection: Pingable, seconds: float) -> None:
        self.cancel(connection)
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
                self._check_all(self._due.pop(self._next, set()), late=late)
                self._next += 1
        self._running = False

    def _check_all(self, connections: set[Pingable], *, late: bool) -> None:
        for number, connection in enumerate(list(connections), start=1):
            if connection.due is connections:  # else it has closed or answered since the copy was made
                try:
                    self._check(connection, late=late)
                except Exception:
                    logger.exception("client not pinged")
            if number % SLICE == 0:
                gevent.sleep(0)

    def _check(self, connection: Pingable, *, late: bool) -> None:
        if connection.unanswered and not late:
            self.cancel(connection)
            connection.expire()
            return
        left = connection.ping_at - time.monotonic()
        if connection.unanswered or left <= 0 or not connection.quiet:
            self._put(connection, self.timeout)
        else:
            self._put(connection, min(self.early, left))
            return
        if not connection.unanswered:
            connection.unanswered = True
            connection.ping()


def clock_of(server: Any) -> Clock:
    """Return the one clock of an engineio `server`, with its ping settings."""
    clock: Clock = vars(server).setdefault("clock", Clock(server.ping_interval, server.ping_timeout))
    return clock
