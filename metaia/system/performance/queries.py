"""Selects of durations, and the statement that adds those of a process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, text, tuple_

from metaia.core import db
from metaia.core.metrics import BOUNDS
from metaia.system.performance.models import PerformanceMinute

# Sorted, so that two processes that report at once never wait for each other's rows in a circle.
ADD = text(
    """
    INSERT INTO performance_minutes AS p (minute, kind, name, errors, worst, counts)
    SELECT r.minute, r.kind, r.name, r.errors, r.worst, r.counts
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        minute timestamptz, kind text, name text, errors integer, worst float, counts integer[])
    ORDER BY r.minute, r.kind, r.name
    ON CONFLICT (minute, kind, name) DO UPDATE SET
        errors = p.errors + excluded.errors,
        worst = greatest(p.worst, excluded.worst),
        counts = ARRAY(SELECT COALESCE(a, 0) + COALESCE(b, 0)
                       FROM unnest(p.counts, excluded.counts) WITH ORDINALITY AS u (a, b, n) ORDER BY n)
    """
)


@dataclass(frozen=True, slots=True)
class Sum:
    """What all processes have observed of one kind and name in a window."""

    kind: str
    name: str
    errors: int
    worst: float
    counts: Sequence[int]

    @property
    def count(self) -> int:
        """Return the number of durations."""
        return sum(self.counts)


def sums(since: datetime) -> list[Sum]:
    """Return the sums of all minutes since `since`."""
    row = PerformanceMinute
    buckets = [func.coalesce(func.sum(row.counts[number + 1]), 0) for number in range(len(BOUNDS) + 1)]
    query = select(row.kind, row.name, func.sum(row.errors), func.max(row.worst), *buckets)
    rows = db.fetch_all(query.where(row.minute >= since).group_by(row.kind, row.name))
    return [
        Sum(kind, name, int(errors), worst, [int(count) for count in counts])
        for kind, name, errors, worst, *counts in rows
    ]


def latest() -> datetime | None:
    """Return the latest minute of which a process has reported."""
    found: datetime | None = db.fetch_value(select(func.max(PerformanceMinute.minute)))
    return found


def delete_old(before: datetime, limit: int) -> int:
    """Delete up to `limit` rows of minutes before a moment; return their number."""
    row = PerformanceMinute
    key = (row.minute, row.kind, row.name)
    old = select(*key).where(row.minute < before).limit(limit)
    return int(db.execute(delete(row).where(tuple_(*key).in_(old))).rowcount)
