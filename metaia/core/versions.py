"""Optimistic concurrency control: a change names the version of the row that the client has read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from metaia.core.errors import Conflict, declare

declare(
    {"stale_version": "The row has changed since the version that you read; `details` has its current state."}
)


def require(expected: int | None, actual: int, noun: str, details: Callable[[], dict[str, Any]]) -> None:
    """Raise Conflict (`stale_version`) if a version is expected and differs; `details` returns the current row."""
    if expected is not None and expected != actual:
        raise Conflict(f"The {noun} has changed since you read it.", code="stale_version", details=details())
