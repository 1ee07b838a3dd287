"""Percentiles of histograms. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.core.metrics import BOUNDS


def percentile(counts: Sequence[int], share: float, worst: float) -> float | None:
    """Return the duration in seconds that `share` of all durations do not exceed; None if there are none.

    Within a bucket the durations count as evenly distributed. No result exceeds `worst`, the longest duration.
    """
    total = sum(counts)
    if not total:
        return None
    wanted, below = share * total, 0
    for number, count in enumerate(counts):
        if count and below + count >= wanted:
            low = BOUNDS[number - 1] if number else 0.0
            high = min(BOUNDS[number] if number < len(BOUNDS) else worst, max(worst, low))
            return round(low + (high - low) * max(0.0, wanted - below) / count, 6)
        below += count
    return round(worst, 6)
