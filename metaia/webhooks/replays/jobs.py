"""RQ jobs of replays. They find their work in the table."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from metaia.core import db
from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.webhooks.replays import service
from metaia.webhooks.replays.models import ReplayRow

KEPT = timedelta(days=30)  # the audit log has what a replay for real did


def _due() -> int:
    return loop.jobs_needed(service.QUEUE.due(), per_job=1)


@job(timeout=600, due=_due)
def work_off() -> int:
    """Run the due replays; return how many."""
    return loop.work_off(service.work_off)


@job(every=86400)
def tidy() -> int:
    """Delete old replays; return how many."""
    with db.transaction():
        return db.execute(delete(ReplayRow).where(ReplayRow.created_at < now() - KEPT)).rowcount
