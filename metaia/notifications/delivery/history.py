"""Why a delivery is where it is: each step that has a reason is kept, and its trace shows them all in order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from metaia.core.db import AnyRow
from metaia.core.times import rfc3339

Step = dict[str, Any]


def step(status: str, reason: str, due_at: datetime, moment: datetime, *, attempts: int = 0) -> Step:
    """Return a step: what was decided at `moment`, after so many attempts."""
    return {
        "status": status,
        "reason": reason,
        "attempts": attempts,
        "dueAt": rfc3339(due_at),
        "at": rfc3339(moment),
    }


def given(row: AnyRow, status: str, reason: str, moment: datetime) -> dict[str, Any]:
    """Return `reason` and `steps` of a locked delivery after a step at `moment`, at which it is due."""
    now_too = step(status, reason, moment, moment, attempts=row.attempts)
    return {"reason": reason, "steps": [*row.steps, now_too]}


def appended(status: str, reason: str, due_at: str) -> str:
    """Return the SQL of `steps` with one more, at `:now`, unless `reason` is null; all are expressions.

    What is decided once more with no attempt between is no step: while a provider is away, it is every half minute.
    """
    decided = f"jsonb_build_object('status', {status}, 'reason', {reason}, 'attempts', attempts)"
    times = f"jsonb_build_object('dueAt', {due_at}, 'at', CAST(:now AS timestamptz))"
    same = f"{reason} IS NULL OR coalesce(steps -> -1 @> {decided}, false)"
    return f"CASE WHEN {same} THEN steps ELSE steps || jsonb_build_array({decided} || {times}) END"
