"""Claiming deliveries: a job that runs twice sends once, because it claims the rows in SQL before it acts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications.delivery import history
from metaia.notifications.delivery.fallback import fall_back

BATCH = 20
LEASE = timedelta(seconds=150)  # a worker that has been at one delivery for longer is dead
MOST = 10  # attempts of a delivery whose workers die
LOST = "CASE WHEN attempts < :most THEN 'queued' ELSE 'failed' END"

# Of a digest, only the first that is due can be claimed; whoever has that one takes the rest. A second worker that
# comes meanwhile finds the first one locked and leaves all of them, so that nobody gets two mails.
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
        UPDATE deliveries SET status = {LOST}, reason = 'worker_lost', due_at = :now, updated_at = :now,
            steps = {history.appended(LOST, "'worker_lost'", "CAST(:now AS timestamptz)")}
        WHERE status = 'sending' AND updated_at < :before RETURNING id, notification_id, status
    ), unknown AS (
        UPDATE delivery_attempts SET outcome = 'unknown' WHERE outcome IS NULL AND delivery_id IN (SELECT id FROM lost)
    )
    SELECT id, notification_id, status FROM lost
    """  # noqa: S608 - our own words
)


def claim(queue: str) -> list[str]:
    """Claim a batch of what is due in `queue`, and the rest of each digest that is in it; return the ids."""
    with db.transaction():
        moment = now()
        rows = db.execute(CLAIM, {"now": moment, "queue": queue, "batch": BATCH}).all()
        ids, digests = {row.id for row in rows}, [row.id for row in rows if row.digest]
        if digests:
            ids |= {row.id for row in db.execute(CLAIM_DIGEST, {"now": moment, "ids": digests})}
    return list(ids)


def reclaim() -> int:
    """Queue again what a dead worker had claimed; return how many. Calls that were under way are marked `unknown`.

    What has cost too many workers has failed, and falls back as everything does that failed.
    """
    with db.transaction():
        moment = now()
        lost = db.execute(RECLAIM, {"now": moment, "before": moment - LEASE, "most": MOST}).all()
        if lost:
            job_registry.wake_on_commit()
        if failed := [row for row in lost if row.status == "failed"]:
            fall_back(failed)
    return len(lost)
