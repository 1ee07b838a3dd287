"""Jobs that fail."""

from __future__ import annotations


def fail(**given: str) -> None:
    """Fail with the arguments in the error."""
    raise ValueError(given)
