"""The threads that hash passwords, with a bounded queue: a caller that would wait too long is refused at once."""

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
MAX_WAIT = 5.0  # seconds until a hash begins
ASSUMED = 0.25  # seconds that a hash takes, before the first measurement
_MEASURED = 9  # latest durations of which the median is taken


class Queue:
    """The thread pool, the number of hashes that run or wait, and the durations of the latest ones."""

    def __init__(self) -> None:
        self._pool = ThreadPool(THREADS)
        self._durations = deque([ASSUMED], maxlen=_MEASURED)
        self._progress_at = 0.0  # when a hash last finished, or began in an empty queue
        self.pending = 0

    def wait(self) -> float:
        """Return the estimated seconds until the next hash would begin; 0 while a thread is free."""
        ahead = max(0, self.pending + 1 - THREADS)
        return ahead * self._seconds() / THREADS

    def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """Run a call in a thread while other greenlets run. Raises Unavailable if `wait()` exceeds MAX_WAIT."""
        wait = self.wait()
        if wait > MAX_WAIT:
            raise Unavailable(
                "Too many people are logging in; try again in a moment.", retry_after=math.ceil(wait)
            )
        if self.pending == 0:
            self._progress_at = time.perf_counter()
        self.pending += 1
        try:
            duration, result = self._pool.apply(_at_low_priority, (call, *arguments))
        finally:
            self.pending -= 1
            self._progress_at = time.perf_counter()
        self._durations.append(duration)
        return result  # type: ignore[no-any-return]

    def _seconds(self) -> float:
        """Return the median duration of a hash, or the time without progress if that is longer.

        The median, because a single pause of the machine would distort the mean.
        """
        stalled = time.perf_counter() - self._progress_at if self.pending >= THREADS else 0
        return max(median(self._durations), stalled)


@cache
def queue() -> Queue:
    """Return this process's queue, created at first use: threads do not survive a fork."""
    return Queue()


def _at_low_priority(call: Callable[..., T], *arguments: Any) -> tuple[float, T]:
    """Run a call in a thread of low priority, and return its duration in seconds and its result.

    All sockets wait for the hub's thread, so a hash may only use the processor time that the hub leaves.
    """
    if sys.platform == "linux":  # the only platform where each thread has its own priority
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    begun = time.perf_counter()
    result = call(*arguments)
    return time.perf_counter() - begun, result
