"""Jobs that fail."""

from __future__ import annotations


def fail(**given: str) -> None:
    """Fail, and say what one was given."""
    raise ValueError(given)
