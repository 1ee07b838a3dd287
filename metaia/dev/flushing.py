"""Writing the batch of the running transaction before its commit: the next step of the demo data must read it."""

from __future__ import annotations

from typing import Any

from metaia.core import db


def flush() -> None:
    """Send the write batch now instead of with the commit."""
    unit = db.current()
    if unit.writes:
        raw: Any = unit.connection.connection.driver_connection
        unit.writes.send(raw)
