"""Counts and durations of requests by route, for Prometheus: counted here, summed over all processes in Redis.

A process adds what it has counted since its last report, so the sums never fall when a process ends: Prometheus would
take a fall for a restart, and report the whole sum as new.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

from metaia.core.observing import timings
from metaia.core.observing.timings import Timing

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)  # seconds
KEY = "metaia:http"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
FAILED = 500  # statuses from here on are errors of the service
UNMATCHED = "unmatched"  # addresses that have no route, and methods that are none: clients choose them
TEMPLATE = r"{\1}"  # of a placeholder, as in the OpenAPI document
_CONVERTER = re.compile(r"<(?:[^:<>]*:)?([^<>]+)>")
# What this process has counted since its last report: "requests GET /api/orders 200", "bucket GET /api/orders 3",
# "microseconds GET /api/orders".
counted: Counter[str] = Counter()


def observe(method: str, rule: str | None, status: int, seconds: float) -> None:
    """Count a request; `rule` is that of the URL map."""
    requests, buckets, microseconds, timing = _fields(
        method if method in METHODS else UNMATCHED, rule, status
    )
    counted[requests] += 1
    counted[buckets[bisect_left(BOUNDS, seconds)]] += 1
    counted[microseconds] += int(seconds * 1_000_000)
    timing.observe(seconds, error=status >= FAILED)


def report(redis: Any) -> None:
    """Add the counts to those of all processes. Raises RedisError, and keeps the counts for the next report."""
    if not counted:
        return
    taken = dict(counted)
    counted.clear()
    try:
        with redis.pipeline(transaction=True) as pipeline:
            for name, number in taken.items():
                pipeline.hincrby(KEY, name, number)
            pipeline.execute()
    except Exception:
        counted.update(taken)
        raise


def families(redis: Any) -> Iterator[Any]:
    """Yield the metrics of all processes. Raises RedisError."""
    requests = CounterMetricFamily("metaia_http_requests", "Requests", labels=["method", "route", "status"])
    buckets: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
    sums: Counter[tuple[str, str]] = Counter()
    for name, number in redis.hgetall(KEY).items():
        kind, method, route, *rest = name.decode().split(" ")
        if kind == "requests":
            requests.add_metric([method, route, *rest], int(number))
        elif kind == "bucket":
            buckets[method, route][int(rest[0])] = int(number)
        else:
            sums[method, route] = int(number)
    seconds = HistogramMetricFamily(
        "metaia_http_seconds", "Time until the answer began", labels=["method", "route"]
    )
    bounds = [*map(str, BOUNDS), "+Inf"]
    for labels, counts in buckets.items():
        seconds.add_metric(
            labels, list(zip(bounds, accumulate(counts), strict=True)), sums[labels] / 1_000_000
        )
    yield requests
    yield seconds


@lru_cache(10_000)
def _fields(method: str, rule: str | None, status: int) -> tuple[str, list[str], str, Timing]:
    labels = f"{method} {UNMATCHED if rule is None else _CONVERTER.sub(TEMPLATE, rule)}"
    buckets = [f"bucket {labels} {number}" for number in range(len(BOUNDS) + 1)]
    timing = timings.of(timings.ROUTE, labels)
    return f"requests {labels} {status}", buckets, f"microseconds {labels}", timing
