"""Demo data: a placeholder."""

from collections.abc import Callable

from flask import Flask

STEPS = 1


def needed(app: Flask) -> bool:  # noqa: ARG001
    """Whether the demo data are missing."""
    return False


def fill(app: Flask, advance: Callable[[], None]) -> None:  # noqa: ARG001
    """Fill them, and say so after each of STEPS steps."""
    advance()
