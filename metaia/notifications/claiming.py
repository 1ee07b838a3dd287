"""Claiming deliveries: a job that runs twice sends once, because it claims the rows in SQL before it acts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from metaia.core import db, jobs
from metaia.core.times import now

BATCH = 20
LEASE = timedelta(seconds=150)  # a worker that has been at one delivery for longer is dead
MOST = 10  # attempts of a delivery whose workers die

CLAIM = text(
    """
    UPDATE deliveries SET status = 'sending', updated_at = :now WHERE id IN (
        SELECT id FROM deliveries WHERE status = 'queued' AND queue = :queue AND due_at <= :now
        ORDER BY due_at LIMIT :batch FOR UPDATE SKIP LOCKED
    ) RETURNING id, digest
    """
)
CLAIM_DIGEST = text(
    """
    UPDATE deliveries SET status = 'sending', updated_at = :now WHERE id IN (
        SELECT id FROM deliveries WHERE digest AND status = 'queued' AND due_at <= :now
            AND (user_id, channel) IN (SELECT user_id, channel FROM deliveries WHERE id = ANY(CAST(:ids AS uuid[])))
        FOR UPDATE SKIP LOCKED
    ) RETURNING id
    """
)
RECLAIM = text(
    """
    WITH lost AS (
        UPDATE deliveries SET status = CASE WHEN attempts < :most THEN 'queued' ELSE 'failed' END,
            reason = 'worker_lost', due_at = :now, updated_at = :now
        WHERE status = 'sending' AND updated_at < :before RETURNING id
    ), unknown AS (
        UPDATE delivery_attempts SET outcome = 'unknown' WHERE outcome IS NULL AND delivery_id IN (SELECT id FROM lost)
    )
    SELECT count(*) FROM lost
    """
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
    """Queue again what a dead worker had claimed; return how many. Calls that were under way are marked `unknown`."""
    with db.transaction():
        moment = now()
        count = int(
            db.execute(RECLAIM, {"now": moment, "before": moment - LEASE, "most": MOST}).scalar() or 0
        )
        if count:
            jobs.wake()
    return count
