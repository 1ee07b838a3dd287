"""Retention: purging old notifications with their deliveries, in batches that hold their locks for a short time."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import text

from metaia.core import db, retention
from metaia.core.times import now

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

PURGE_SUPPRESSIONS = text("DELETE FROM address_suppressions WHERE ended_at < :before OR until < :before")


def purge(days: int, *, seconds: float = math.inf) -> tuple[int, bool]:
    """Delete notifications older than `days`, 0 for none; stop after about `seconds`.

    Return the number of deleted notifications, and whether there may be more.
    """
    if days <= 0:
        return 0, False
    before = now() - timedelta(days=days)
    return retention.purge(lambda batch: _purge_batch(before, batch), seconds=seconds)


def purge_suppressions(days: int) -> int:
    """Delete the suppressions that ended more than `days` ago, 0 for none, in the running transaction; return how many.

    A temporary bounce that ended by itself is deleted by the time of its latest cause.
    """
    if days <= 0:
        return 0
    return db.execute(PURGE_SUPPRESSIONS, {"before": now() - timedelta(days=days)}).rowcount


def _purge_batch(before: datetime, batch: int) -> int:
    return db.execute(PURGE, {"before": before, "batch": batch}).rowcount
