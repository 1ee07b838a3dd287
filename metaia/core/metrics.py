"""What this process has done since it started: plain numbers, counted where it happens, read by `stats`."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Any

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds


class Histogram:
    """How often something took at most so long; the last bucket is for all that took longer."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.sum += max(seconds, 0.0)

    def as_dict(self) -> dict[str, Any]:
        """Return what `stats` reports."""
        return {"buckets": list(self.counts), "sum": round(self.sum, 6)}


ended: Counter[str] = Counter()  # why the server ended connections
replayed: Counter[str] = Counter()  # clients that resumed, events they got, resyncs
moved: Counter[str] = Counter()  # by the relay, while this process led: events, batches, jobs
emitted = Histogram()  # from an event's recording, just before its commit, to this process's emit
acknowledged = Histogram()  # from the same moment to a client's acknowledgement, where one was asked for
acknowledgements: Counter[str] = Counter()  # asked for, and received
webhooks: Counter[str] = Counter()  # answers to vendors by source and status: "twilio 204"
