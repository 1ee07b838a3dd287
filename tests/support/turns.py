"""Turns of the event loop: a measure of delays that depends neither on the machine's speed nor on other programs."""

from __future__ import annotations

import time
from typing import Self

import gevent


class Turns:
    """Counts the turns of this thread's event loop while it is open.

    `seconds` is the processor time of all of them, and `longest` that of one.
    """

    def __init__(self) -> None:
        self.count = 0
        self.seconds = self.longest = 0.0
        self._watcher = gevent.get_hub().loop.prepare(ref=False)

    def __enter__(self) -> Self:
        self._begun = time.thread_time()
        self._watcher.start(self._turn)
        return self

    def __exit__(self, *_: object) -> None:
        self._add()
        self._watcher.stop()
        self._watcher.close()

    def _turn(self) -> None:
        self.count += 1
        self._add()

    def _add(self) -> None:
        ended = time.thread_time()
        taken, self._begun = ended - self._begun, ended
        self.seconds, self.longest = self.seconds + taken, max(self.longest, taken)
