"""Falling back: who waits in case that the first channel is not seen need not wait once nothing is left of that one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.jobs import registry as job_registry

FALL_BACK = text(
    """
    UPDATE deliveries AS fallback SET due_at = :now, updated_at = :now
    WHERE notification_id = ANY(CAST(:notifications AS uuid[])) AND unless_seen AND status = 'queued'
        AND reason = 'fallback' AND due_at > :now AND NOT EXISTS (
            SELECT FROM deliveries AS other WHERE other.notification_id = fallback.notification_id
            AND NOT other.unless_seen AND other.status IN ('queued', 'sending', 'sent', 'delivered')
            AND other.id <> ALL(CAST(:ids AS uuid[]))
        )
    """
)


def fall_back(lost: Iterable[AnyRow]) -> None:
    """Let the fallback of these deliveries go out now, in the running transaction, unless others may still arrive."""
    rows = list(lost)
    values = {
        "ids": [row.id for row in rows],
        "notifications": list({row.notification_id for row in rows}),
        "now": now(),
    }
    if db.execute(FALL_BACK, values).rowcount:
        job_registry.wake_on_commit()
