"""RQ jobs of cleaning. They find their work in the tables, so a lost job loses nothing."""

from __future__ import annotations

import time

import structlog

from metaia.core import db
from metaia.jobs import loop
from metaia.jobs import registry as job_registry
from metaia.jobs.registry import job
from metaia.media.cleaning import reconcile as reconciling
from metaia.media.cleaning import report, service, trash
from metaia.media.cleaning.queries import FIRST
from metaia.media.cleaning.reconcile import Found
from metaia.media.direct import incoming
from metaia.media.quotas import queries as quota_queries
from metaia.media.quotas import service as quota_service

QUEUE = "media"
DAY = 86_400
USERS = 200  # whose usage one transaction after another recounts, between two looks at the clock
RECONCILE = "metaia.media.cleaning.jobs.reconcile_from"
RECOUNT = "metaia.media.cleaning.jobs.recount_from"
log = structlog.get_logger(__name__)


def _due() -> int:
    return loop.jobs_needed(trash.QUEUE.due())


@job(queue=QUEUE, timeout=300, due=_due)
def purge() -> int:
    """Delete due keys of the trash from their stores; return how many."""
    return loop.work_off(trash.purge_batch)


@job(every=30, timeout=120)
def sweep_due() -> int:
    """Handle media objects at their `due_at`; return how many."""
    return loop.work_off(service.sweep_batch)


@job(every=DAY)
def reconcile() -> None:
    """Begin the nightly comparison of the store with the tables."""
    trash.requeue_quarantined()
    incoming.remove_abandoned()
    with db.transaction():
        job_registry.enqueue(RECONCILE, part=0, found=[0, 0, 0])


@job(queue=QUEUE, retry=(60, 600, 3600), timeout=3600)
def reconcile_from(part: int, found: list[int]) -> None:
    """Compare parts from number `part` on until 20 s are up, then enqueue the next job, so that others get a turn."""
    total, until = Found(*found), time.monotonic() + loop.SECONDS
    parts = reconciling.parts()
    while part < len(parts):
        total += reconciling.compare(parts[part])
        part += 1
        if time.monotonic() >= until:
            break
    if part < len(parts):
        with db.transaction():
            job_registry.enqueue(RECONCILE, part=part, found=[total.listed, total.unknown, total.missing])
        return
    report.reconciled(total)


@job(every=DAY)
def recount() -> None:
    """Begin the nightly recount of what users store."""
    with db.transaction():
        job_registry.enqueue(RECOUNT, after=FIRST)


@job(retry=(60, 600), timeout=300)
def recount_from(after: str) -> None:
    """Recount users with ids after `after` until 20 s are up, then enqueue the next job."""
    until = time.monotonic() + loop.SECONDS
    while ids := quota_queries.user_ids(after, USERS):
        for user_id in ids:
            wrong = quota_service.recount(user_id)
            if any(wrong):
                log.warning("usage corrected", user=user_id, bytes=wrong[0], files=wrong[1])
        after = ids[-1]
        if time.monotonic() >= until:
            with db.transaction():
                job_registry.enqueue(RECOUNT, after=after)
            return
