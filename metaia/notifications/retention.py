"""Forgetting what people were told long ago, with all that became of it: batch by batch, so that nobody waits long."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now

BATCH = 500
# Deliveries, attempts and receipts go with their notification. What is still under way stays, however old.
PRUNE = text(
    """
    DELETE FROM notifications WHERE id IN (
        SELECT id FROM notifications AS old WHERE created_at < :before AND planned_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM deliveries WHERE notification_id = old.id AND status IN ('queued', 'sending')
        ) ORDER BY created_at LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    """
)


def prune(days: int, *, seconds: float | None = None) -> tuple[int, bool]:
    """Delete notifications older than `days`, for so long at most; return how many, and whether there may be more.

    With 0 days all are kept.
    """
    if days <= 0:
        return 0, False
    before, gone = now() - timedelta(days=days), 0
    until = None if seconds is None else time.monotonic() + seconds
    while True:
        with db.transaction():
            batch = db.execute(PRUNE, {"before": before, "batch": BATCH}).rowcount
        gone += batch
        if batch < BATCH:
            return gone, False
        if until is not None and time.monotonic() >= until:
            return gone, True
