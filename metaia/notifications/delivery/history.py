"""The steps of a delivery: each decision with its reason, in order. The trace of a notification shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from metaia.core.db import AnyRow
from metaia.core.times import rfc3339

Step = dict[str, Any]


def step(status: str, reason: str, due_at: datetime, moment: datetime, *, attempts: int = 0) -> Step:
    """Return the step for a decision made at `moment`, after this number of attempts."""
    return {
        "status": status,
        "reason": reason,
        "attempts": attempts,
        "dueAt": rfc3339(due_at),
        "at": rfc3339(moment),
    }


def with_step(row: AnyRow, status: str, reason: str, moment: datetime) -> dict[str, Any]:
    """Return the columns `reason` and `steps` of a row-locked delivery with one more step, which is due at `moment`."""
    added = step(status, reason, moment, moment, attempts=row.attempts)
    return {"reason": reason, "steps": [*row.steps, added]}


def append_sql(status: str, reason: str, due_at: str) -> str:
    """Return the SQL of the column `steps` with one more step at `:now`, unless `reason` is null.

    The arguments are SQL expressions. The same decision repeated without an attempt in between adds no step: while a
    provider is unavailable, it is repeated every 30 seconds.
    """
    decision = f"jsonb_build_object('status', {status}, 'reason', {reason}, 'attempts', attempts)"
    times = f"jsonb_build_object('dueAt', {due_at}, 'at', CAST(:now AS timestamptz))"
    unchanged = f"{reason} IS NULL OR coalesce(steps -> -1 @> {decision}, false)"
    return f"CASE WHEN {unchanged} THEN steps ELSE steps || jsonb_build_array({decision} || {times}) END"
