"""RQ jobs of webhooks. They find their work in the table, so a lost job loses nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import current_app

from metaia.core import retention
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.webhooks import service

PER_JOB = 200  # due webhooks that justify another job
PROCESSED_KEPT, QUARANTINED_KEPT = timedelta(days=7), timedelta(days=30)


def _due() -> int:
    return loop.jobs_needed(service.QUEUE.due(), per_job=PER_JOB)


@job(timeout=120, due=_due)
def digest() -> int:
    """Process the due webhooks; return how many."""
    return loop.work_off(service.process_batch)


@job(every=3600)
def tidy() -> int:
    """Purge old webhooks, and the contents of old ones about money; return how many."""
    purge = partial(service.purge, processed_for=PROCESSED_KEPT, quarantined_for=QUARANTINED_KEPT)
    empty = partial(service.empty, kept_for=timedelta(days=current_app.config["PAYMENT_WEBHOOK_DAYS"]))
    return sum(retention.purge(delete)[0] for delete in (purge, empty))
