"""Claiming deliveries in SQL before they are sent, so that a job that runs twice sends once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications.delivery import history
from metaia.notifications.delivery.fallback import send_fallback

BATCH = 20
LEASE = timedelta(seconds=150)  # a worker that has a delivery for longer is dead
MAX_ATTEMPTS = 10  # of a delivery whose workers die
STATUS_AFTER_LOSS = "CASE WHEN attempts < :max_attempts THEN 'queued' ELSE 'failed' END"

# Only the first due delivery of a digest can be claimed. Its worker then claims the rest. A second worker finds the
# first delivery row-locked and claims none of the digest, so the user gets one mail.
CLAIM = text(
    """
    UPDATE deliveries SET status = 'sending', updated_at = :now WHERE id IN (
        SELECT id FROM deliveries AS due WHERE status = 'queued' AND queue = :queue AND due_at <= :now
            AND NOT (digest AND EXISTS (
                SELECT FROM deliveries AS first WHERE first.digest AND first.status = 'queued'
                    AND first.queue = :queue AND first.due_at <= :now
                    AND first.user_id = due.user_id AND first.channel = due.channel AND first.id < due.id
            ))
        ORDER BY due_at LIMIT :batch FOR UPDATE OF due SKIP LOCKED
    ) RETURNING id, digest
    """
)
CLAIM_DIGEST = text(
    """
    UPDATE deliveries SET status = 'sending', updated_at = :now WHERE id IN (
        SELECT rest.id FROM deliveries AS first JOIN deliveries AS rest USING (user_id, channel, queue)
        WHERE first.id = ANY(CAST(:ids AS uuid[])) AND rest.digest AND rest.status = 'queued' AND rest.due_at <= :now
        ORDER BY rest.id FOR UPDATE OF rest
    ) RETURNING id
    """
)
RECLAIM = text(
    f"""
    WITH lost AS (
        UPDATE deliveries SET status = {STATUS_AFTER_LOSS}, reason = 'worker_lost', due_at = :now, updated_at = :now,
            steps = {history.append_sql(STATUS_AFTER_LOSS, "'worker_lost'", "CAST(:now AS timestamptz)")}
        WHERE status = 'sending' AND updated_at < :before RETURNING id, notification_id, status
    ), unknown AS (
        UPDATE delivery_attempts SET outcome = 'unknown' WHERE outcome IS NULL AND delivery_id IN (SELECT id FROM lost)
    )
    SELECT id, notification_id, status FROM lost
    """  # noqa: S608 - only constants
)


def claim(queue: str) -> list[str]:
    """Claim a batch of the due deliveries of `queue`, and the rest of each digest in it; return their ids."""
    with db.transaction():
        moment = now()
        rows = db.execute(CLAIM, {"now": moment, "queue": queue, "batch": BATCH}).all()
        ids, digests = {row.id for row in rows}, [row.id for row in rows if row.digest]
        if digests:
            ids |= {row.id for row in db.execute(CLAIM_DIGEST, {"now": moment, "ids": digests})}
    return list(ids)


def reclaim() -> int:
    """Queue the deliveries again that a dead worker had claimed; return their number.

    An attempt that was under way becomes `unknown`. A delivery that has lost MAX_ATTEMPTS workers fails, and its
    fallback is sent.
    """
    with db.transaction():
        moment = now()
        values = {"now": moment, "before": moment - LEASE, "max_attempts": MAX_ATTEMPTS}
        lost = db.execute(RECLAIM, values).all()
        if lost:
            job_registry.wake_on_commit()
        if failed := [row for row in lost if row.status == "failed"]:
            send_fallback(failed)
    return len(lost)
