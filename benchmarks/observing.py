"""What the histograms of durations cost a request: python -m benchmarks.observing.

It compares the CPU time of `core/http/metrics.py:observe` with and without the histogram, in turns, and the median of
the turns is printed, because other programs share the machine. An accepted order costs about 640 µs in all.
"""

from __future__ import annotations

import time
from statistics import median

from metaia.core.db import waiting
from metaia.core.http import metrics
from metaia.core.observing.timings import Timing

CALLS, TURNS = 20_000, 15


def cpu(*, with_histogram: bool) -> float:
    """Return the microseconds of CPU time of one observed request."""
    observe = Timing.observe
    if not with_histogram:
        Timing.observe = lambda *_, **__: None  # type: ignore[method-assign, assignment]
    begun = time.process_time()
    for number in range(CALLS):
        metrics.observe("GET", "/api/orders/<id:order_id>", 200, number % 50 / 1000)
    seconds = time.process_time() - begun
    Timing.observe = observe  # type: ignore[method-assign]
    return seconds / CALLS * 1e6


def wait() -> float:
    """Return the microseconds of CPU time of one observed wait for a connection."""
    begun = time.process_time()
    for _ in range(CALLS):
        started = time.perf_counter()
        waiting.observe(time.perf_counter() - started)
    return (time.process_time() - begun) / CALLS * 1e6


def main() -> None:
    """Print the costs."""
    pairs = [(cpu(with_histogram=True), cpu(with_histogram=False)) for _ in range(TURNS)]
    more = median(one - other for one, other in pairs)
    print(f"a request: {median(a for a, _ in pairs):.2f} µs with, {median(b for _, b in pairs):.2f} without")
    print(f"difference: {more:.2f} µs, {more / 640:.4%} of an action")
    print(f"a wait for a connection: {median(wait() for _ in range(TURNS)):.2f} µs")


if __name__ == "__main__":
    main()
