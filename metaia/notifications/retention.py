"""Retention: purging old notifications with their deliveries, in batches that hold their locks for a short time."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now

BATCH = 500
# The foreign keys delete deliveries, attempts and receipts too. A notification with a pending delivery stays.
PURGE = text(
    """
    DELETE FROM notifications WHERE id IN (
        SELECT id FROM notifications AS old WHERE created_at < :before AND planned_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM deliveries WHERE notification_id = old.id AND status IN ('queued', 'sending')
        ) ORDER BY created_at LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    """
)


def purge(days: int, *, seconds: float | None = None) -> tuple[int, bool]:
    """Delete notifications older than `days`, 0 for none; stop after about `seconds`.

    Return the number of deleted notifications, and whether there may be more.
    """
    if days <= 0:
        return 0, False
    before, deleted = now() - timedelta(days=days), 0
    until = None if seconds is None else time.monotonic() + seconds
    while True:
        with db.transaction():
            batch = db.execute(PURGE, {"before": before, "batch": BATCH}).rowcount
        deleted += batch
        if batch < BATCH:
            return deleted, False
        if until is not None and time.monotonic() >= until:
            return deleted, True
