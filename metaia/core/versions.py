"""Optimistic concurrency: a change says which version of the row it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from metaia.core.errors import Conflict, declare

declare(
    {"stale_version": "The row has changed since the version you have seen; `details` has its current state."}
)


def require(expected: int | None, actual: int, noun: str, details: Callable[[], dict[str, Any]]) -> None:
    """Raise Conflict if a version is expected and it is not the actual one; `details` returns the current row."""
    if expected is not None and expected != actual:
        raise Conflict(f"The {noun} has changed since you saw it.", code="stale_version", details=details())
