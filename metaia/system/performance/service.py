"""Performance: writing the durations of this process by minute, and the figures of a window."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from metaia.core import db, json, metrics
from metaia.core.observing import timings
from metaia.core.times import now
from metaia.system.performance import queries

KEPT = timedelta(hours=48)
MOST_WAITING = 5_000  # rows that wait for the database; the oldest are dropped, and counted
BATCH = 500  # rows in one statement
dropped: Counter[str] = Counter()
_waiting: list[dict[str, Any]] = []


def init() -> None:
    """Let the histograms of the real-time path count among the durations."""
    timings.of(timings.HUB, histogram=metrics.hub_lag)
    timings.of(timings.EMITTED, histogram=metrics.emitted)
    timings.of(timings.ACKNOWLEDGED, histogram=metrics.acknowledged)


def report() -> None:
    """Add what this process has observed since its last report to the current minute.

    Without the database the rows wait for the next report, up to MOST_WAITING.
    """
    minute = now().replace(second=0, microsecond=0).isoformat()
    _waiting.extend(asdict(part) | {"minute": minute} for part in timings.take())
    if excess := max(0, len(_waiting) - MOST_WAITING):
        dropped["rows"] += excess
        del _waiting[:excess]
    while _waiting:
        rows = _merged(_waiting[:BATCH])
        with db.transaction():
            db.execute(queries.ADD, {"rows": json.dumps(rows)})
        del _waiting[:BATCH]


def since(window: timedelta) -> datetime:
    """Return the beginning of a window: a full minute."""
    return (now() - window).replace(second=0, microsecond=0)


def _merged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row for each minute, kind and name: a statement cannot change one row twice."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        kept = found.setdefault((row["minute"], row["kind"], row["name"]), row)
        if kept is not row:
            counts = [a + b for a, b in zip(kept["counts"], row["counts"], strict=True)]
            worst = max(kept["worst"], row["worst"])
            found[row["minute"], row["kind"], row["name"]] = row | {
                "counts": counts,
                "worst": worst,
                "errors": kept["errors"] + row["errors"],
            }
    return list(found.values())
