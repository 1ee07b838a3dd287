"""The numbers of a task: duration, CPU share of the load generator, latencies."""

from __future__ import annotations

from array import array
from time import monotonic, process_time
from typing import Any

Seen = dict[str, Any]
NOTICE, UPDATE, MESSAGE = b'42["new_notification"', b'42["order_update"', b'42["chat:message"'


class Clock:
    """Measures elapsed seconds, and the share of them that this process was busy."""

    def __init__(self) -> None:
        self.begun, self.worked = monotonic(), process_time()

    def seen(self) -> Seen:
        seconds = monotonic() - self.begun
        return {"seconds": seconds, "load_cpu": (process_time() - self.worked) / seconds if seconds else 0.0}


def summary(seconds: array[float]) -> dict[str, float]:
    """Return median and percentiles in milliseconds."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    last = len(ordered) - 1
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "worst": 1.0}
    return {name: 1000 * ordered[round(last * share)] for name, share in shares.items()} | {"n": last + 1}
