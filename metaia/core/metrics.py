"""Metrics of this process since its start: plain counters, which realtime/stats.py reports."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Any

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds


class Histogram:
    """Counts of durations per bucket of BOUNDS; the last bucket has no upper bound."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.sum = 0.0
        self.worst = 0.0  # since it was last set to 0, by observing/timings.py

    def observe(self, seconds: float) -> None:
        """Add one duration."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.sum += max(seconds, 0.0)
        if seconds > self.worst:
            self.worst = seconds

    def as_dict(self) -> dict[str, Any]:
        """Return the counts and the sum of all durations in seconds."""
        return {"buckets": list(self.counts), "sum": round(self.sum, 6)}


ended: Counter[str] = Counter()  # closed connections by reason
replayed: Counter[str] = Counter()  # resumed clients, events sent to them, resyncs
moved: Counter[str] = Counter()  # by the relay, while this process was leader: events, batches, jobs
hub_lag = Histogram()  # from the moment when a greenlet was due to the moment when it ran
emitted = Histogram()  # from the recording of an event, just before its commit, to its emit by this process
acknowledged = Histogram()  # from the same moment to the acknowledgement of a client, if requested
acknowledgements: Counter[str] = Counter()  # requested, received
webhooks: Counter[str] = Counter()  # answers to vendors by source and status: "twilio 204"
