"""The fallback of a notification: a delivery on another channel, if the user has not seen the notification in time."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.jobs import registry as job_registry

SEND_FALLBACK = text(
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


def send_fallback(failed: Iterable[AnyRow]) -> None:
    """Make the fallback of these failed deliveries due now instead of at its scheduled time.

    A fallback stays scheduled while another delivery of its notification can still arrive. Runs in the transaction
    that writes the failure.
    """
    rows = list(failed)
    values = {
        "ids": [row.id for row in rows],
        "notifications": list({row.notification_id for row in rows}),
        "now": now(),
    }
    if db.execute(SEND_FALLBACK, values).rowcount:
        job_registry.wake_on_commit()
