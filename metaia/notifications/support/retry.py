"""Retrying a delivery that has failed for good."""

from __future__ import annotations

from sqlalchemy import update

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Conflict, NotFound, declare
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications.delivery import history
from metaia.notifications.delivery.models import DeliveryRow
from metaia.notifications.support import queries

declare({"not_failed": "The delivery has not failed, so it cannot be retried."})


def retry(delivery_id: str) -> AnyRow:
    """Queue a failed delivery again, and return it. Raises NotFound, and Conflict for any other status.

    The preferences of its user and the suppression of its address are checked again when it is sent.
    """
    with db.transaction():
        before = queries.lock_delivery(delivery_id)
        if before is None:
            raise NotFound("There is no such delivery.")
        if before.status != "failed":
            raise Conflict(f"A delivery that is {before.status} cannot be retried.", code="not_failed")
        moment = now()
        queued = {"status": "queued", "due_at": moment, "updated_at": moment}
        queued |= history.with_step(before, "queued", "retried", moment)
        db.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(**queued))
        audit_log.record(
            "delivery.retried", subject=f"delivery-{delivery_id}", before={"error": before.error}
        )
        job_registry.wake_on_commit()
        after = queries.lock_delivery(delivery_id)
    assert after is not None  # noqa: S101 - it is row-locked
    return after
