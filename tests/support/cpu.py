"""Processor time of calls, compared in one run: neither the machine's speed nor other programs count."""

from __future__ import annotations

import time
from collections.abc import Callable

FACTOR = 8
QUADRATIC = FACTOR**2


def cpu_seconds(call: Callable[[], object], times: int = 5) -> float:
    """Return the processor time of one call in this thread: the shortest of some."""
    return min(_once(call) for _ in range(times))


def growth(call: Callable[[int], object], size: int) -> float:
    """Return how many times as long `call(size)` takes as `call(size // FACTOR)`.

    FACTOR if the time grows with the size, QUADRATIC if it grows with its square.
    """
    return cpu_seconds(lambda: call(size)) / cpu_seconds(lambda: call(size // FACTOR))


def _once(call: Callable[[], object]) -> float:
    begun = time.thread_time()
    call()
    return time.thread_time() - begun
