"""Retention: dismissals go a day after the end of their announcement, announcements after ANNOUNCEMENT_DAYS."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from metaia.core import db, retention
from metaia.core.times import now

PURGE = text(
    """
    DELETE FROM announcements WHERE id IN (
        SELECT id FROM announcements WHERE created_at < :before AND ends_at < :before
        ORDER BY created_at LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    """
)
PURGE_DISMISSALS = text(
    """
    DELETE FROM announcement_dismissals WHERE (announcement_id, user_id) IN (
        SELECT announcement_id, user_id FROM announcement_dismissals AS old
        WHERE EXISTS (SELECT FROM announcements WHERE id = old.announcement_id AND ends_at < :before)
        LIMIT :batch
    )
    """
)
DAY = timedelta(days=1)


def purge(days: int) -> int:
    """Delete dismissals of ended announcements, and announcements older than `days`, 0 for none; return their sum."""
    ended = now() - DAY
    deleted, _ = retention.purge(
        lambda batch: db.execute(PURGE_DISMISSALS, {"before": ended, "batch": batch}).rowcount
    )
    if days > 0:
        before = now() - timedelta(days=days)
        more, _ = retention.purge(
            lambda batch: db.execute(PURGE, {"before": before, "batch": batch}).rowcount
        )
        deleted += more
    return deleted
