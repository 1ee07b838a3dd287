"""RQ jobs of webhooks. They find their work in the table, so a lost job loses nothing."""

from __future__ import annotations

import time
from datetime import timedelta

from metaia.core import db
from metaia.jobs.registry import job
from metaia.webhooks import queries, service

SECONDS = 20.0  # length of one run, after which the worker takes the next job of its queue
PER_JOB = 200  # due webhooks that justify another job
MAX_JOBS = 4
PROCESSED_KEPT, QUARANTINED_KEPT = timedelta(days=7), timedelta(days=30)


def _due() -> int:
    return min(MAX_JOBS, -(-queries.count_due() // PER_JOB))


@job(timeout=120, due=_due)
def digest() -> int:
    """Process the due webhooks; return how many."""
    processed, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until and (count := service.process_batch()):
        processed += count
    return processed


@job(every=3600)
def tidy() -> int:
    """Purge old webhooks; return how many."""
    with db.transaction():
        return service.purge(PROCESSED_KEPT, QUARANTINED_KEPT)
