"""Where passwords are hashed: threads of their own, and no longer a queue for them than somebody would wait."""

from __future__ import annotations

import math
import os
import sys
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from statistics import median
from typing import Any, TypeVar

from gevent.threadpool import ThreadPool

from metaia.core.errors import Unavailable

T = TypeVar("T")
THREADS = 2
NICENESS = 10  # of these threads
LONGEST_WAIT = 5.0  # seconds until one's own hash begins
ASSUMED = 0.25  # seconds that a hash takes, until some have been measured
_MEASURED = 9  # of the latest


class Queue:
    """The threads, who is being hashed or waits for it, and how long that has taken lately."""

    def __init__(self) -> None:
        self._pool = ThreadPool(THREADS)
        self._took = deque([ASSUMED], maxlen=_MEASURED)
        self._moved = 0.0  # when the last one was done, or began while nobody was there
        self.inside = 0

    def wait(self) -> float:
        """Return after how many seconds the next one would begin, as things are; none while a thread is free."""
        ahead = max(0, self.inside + 1 - THREADS)
        return ahead * self._seconds() / THREADS

    def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """Run a call in a thread, while other greenlets go on. Raises Unavailable at once if it would wait too long."""
        wait = self.wait()
        if wait > LONGEST_WAIT:
            raise Unavailable(
                "Too many people are logging in; try again in a moment.", retry_after=math.ceil(wait)
            )
        if self.inside == 0:
            self._moved = time.perf_counter()
        self.inside += 1
        try:
            took, result = self._pool.apply(_yielding, (call, *arguments))
        finally:
            self.inside -= 1
            self._moved = time.perf_counter()
        self._took.append(took)
        return result  # type: ignore[no-any-return]

    def _seconds(self) -> float:
        """Return what a hash takes: not the mean, for one may meet a moment in which nothing moves."""
        standing = time.perf_counter() - self._moved if self.inside >= THREADS else 0
        return max(median(self._took), standing)


@cache
def queue() -> Queue:
    """Return this process's queue; made when it is first needed, since threads do not survive a fork."""
    return Queue()


def _yielding(call: Callable[..., T], *arguments: Any) -> tuple[float, T]:
    """Run a call in a thread that gets what the rest of the machine leaves: all sockets wait for the hub's thread.

    Return how long it took, and what came of it.
    """
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    begun = time.perf_counter()
    result = call(*arguments)
    return time.perf_counter() - begun, result
