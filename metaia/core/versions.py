"""Optimistic concurrency control: a change names the version of the row that the client has read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from metaia.core.errors import Conflict, declare

Expected = frozenset[int] | None  # the versions that a client accepts: no version at all, or None for any
declare(
    {"stale_version": "The row has changed since the version that you read; `details` has its current state."}
)


def require(expected: Expected, actual: int, noun: str, details: Callable[[], dict[str, Any]]) -> None:
    """Raise Conflict (`stale_version`) if the row has no expected version; `details` returns the current row."""
    if expected is not None and actual not in expected:
        raise Conflict(f"The {noun} has changed since you read it.", code="stale_version", details=details())
