"""Turns of the event loop: a measure of delays that depends neither on the machine's speed nor on other programs."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Self

import gevent

MOST_TRIES = 5


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


def longest_share(call: Callable[[], object], enough: float) -> float:
    """Return the largest share of one turn in the processor time of a call: the smallest one of some calls.

    One call may be disturbed, so it calls again until the share is below `enough`. Garbage is not collected while it
    calls: a turn would contain the time for objects of all earlier tests.
    """
    found = 1.0
    gc.disable()
    try:
        for _ in range(MOST_TRIES):
            with Turns() as turns:
                call()
            found = min(found, turns.longest / turns.seconds)
            if found < enough:
                break
    finally:
        gc.enable()
    return found
