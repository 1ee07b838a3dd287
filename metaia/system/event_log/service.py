"""Reading the log: a reader of personal data is recorded in the audit log before the answer."""

from __future__ import annotations

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.realtime.log import search as log_search
from metaia.realtime.log.search import Found

TIMES = ("from_", "to")


def before(filters: Json, *, limit: int, cursor: str | None) -> Found:
    """Return the newest events before a cursor, newest first. Raises Invalid."""
    return log_search.page(filters, limit=limit, cursor=cursor)


def after(filters: Json, *, limit: int, cursor: str) -> Found:
    """Return the oldest events after a cursor, oldest first. Raises Invalid."""
    return log_search.after(filters, limit=limit, cursor=cursor)


def record_reveal(found: Found, filters: Json, reason: str) -> None:
    """Record that the actor sees the personal data of these events, and why."""
    named = {name.rstrip("_"): rfc3339(value) if name in TIMES else value for name, value in filters.items()}
    positions = [row.position for row in found.rows]
    shown = {
        "events": len(positions),
        "first": min(positions, default=None),
        "last": max(positions, default=None),
    }
    with db.transaction():
        audit_log.record(
            "events.revealed",
            subject=filters.get("subject"),
            after={"reason": reason, "filters": named} | shown,
        )
