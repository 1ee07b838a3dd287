"""One clock for the pings of all connections, in place of a sleeping greenlet for each."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from typing import Protocol

import gevent


class Pinged(Protocol):
    """A connection that the clock looks after."""

    def ping(self) -> bool:
        """Send a ping; False if the connection is closed and needs none."""

    def unanswered(self) -> bool:
        """Return whether the last ping still has no answer."""

    def expire(self) -> None:
        """Close the connection: its client has gone."""


class Clock:
    """Pings `interval` seconds after the last answer, and gives up `timeout` seconds after a ping."""

    def __init__(self, interval: float, timeout: float) -> None:
        self.interval, self.timeout = interval, timeout
        self._due: dict[int, list[Pinged]] = defaultdict(list)
        self._asked: deque[tuple[float, Pinged]] = deque()
        self._tick = int(time.monotonic())
        self._running = False

    def schedule(self, connection: Pinged) -> None:
        """Ping `connection` after the interval."""
        self._due[int(time.monotonic() + self.interval)].append(connection)
        if not self._running:
            self._running = True
            gevent.spawn(self._run)

    def _run(self) -> None:
        while True:
            gevent.sleep(0.5)
            moment = time.monotonic()
            while self._tick < int(moment):
                self._tick += 1
                for number, connection in enumerate(self._due.pop(self._tick, ())):
                    if connection.ping():
                        self._asked.append((moment + self.timeout, connection))
                    if number % 200 == 199:
                        gevent.sleep(0)
            while self._asked and self._asked[0][0] <= moment:
                _, connection = self._asked.popleft()
                if connection.unanswered():
                    connection.expire()
