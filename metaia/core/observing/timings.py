"""Durations by kind and name: histograms of this process, of which a reporter takes what is new.

Names are few: templates of routes, queues, hosts of providers. `observe` costs less than a microsecond and never waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metaia.core.metrics import Histogram

ROUTE, DATABASE, HUB, EMITTED, ACKNOWLEDGED = "route", "database", "hub", "emitted", "acknowledged"
JOB_WAIT, JOB_RUN, PROVIDER = "job_wait", "job_run", "provider"
MOST_NAMES = 2_000  # of one process; further names share OTHERS of their kind
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Part:
    """What one histogram has observed in a while: numbers per bucket of `metrics.BOUNDS`, and the longest duration."""

    kind: str
    name: str
    counts: tuple[int, ...]
    errors: int
    worst: float


class Timing:
    """A histogram with a number of errors. `take` may run in another thread than `observe`."""

    __slots__ = ("_errors_taken", "_taken", "errors", "histogram")

    def __init__(self, histogram: Histogram | None = None) -> None:
        self.histogram = histogram or Histogram()
        self.errors = 0
        self._taken = [0] * len(self.histogram.counts)
        self._errors_taken = 0

    def observe(self, seconds: float, *, error: bool = False) -> None:
        """Add one duration; `error` counts it as failed, too."""
        self.histogram.observe(seconds)
        if error:
            self.errors += 1

    def take(self, kind: str, name: str) -> Part | None:
        """Return what is new since the last call; None if nothing is."""
        counts, errors = list(self.histogram.counts), self.errors
        new = tuple(now - before for now, before in zip(counts, self._taken, strict=True))
        new_errors = errors - self._errors_taken
        self._taken, self._errors_taken = counts, errors
        worst, self.histogram.worst = self.histogram.worst, 0.0
        return Part(kind, name, new, new_errors, round(worst, 6)) if any(new) else None


timings: dict[tuple[str, str], Timing] = {}


def of(kind: str, name: str = "", histogram: Histogram | None = None) -> Timing:
    """Return the timing of a kind and name; create it, over an existing histogram if one is given."""
    found = timings.get((kind, name))
    if found is None:
        key = (kind, name if len(timings) < MOST_NAMES else OTHERS)
        found = timings.setdefault(key, Timing(histogram))
    return found


def take() -> Iterator[Part]:
    """Yield what all timings have observed since the last call."""
    for (kind, name), timing in list(timings.items()):
        if (part := timing.take(kind, name)) is not None:
            yield part
