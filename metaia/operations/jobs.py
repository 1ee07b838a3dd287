"""RQ jobs of operations."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import current_app

from metaia.core import retention
from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.operations import advance, queries, service

SECONDS = 5.0  # of one run, so that other jobs of the queue get their turn
BATCH = 5  # operations that one transaction deletes, with up to 50,000 items each


def _due() -> int:
    return int(queries.is_due())


@job(queue="bulk", timeout=120, due=_due)
def work() -> int:
    """Do the due batches of all operations in turns; return their number."""
    return loop.work_off(lambda: int(advance.advance()), seconds=SECONDS)


@job(queue="bulk", every=3600)
def tidy() -> int:
    """Delete operations that ended long enough ago; return how many."""
    before = now() - timedelta(days=current_app.config["OPERATION_DAYS"])
    return retention.purge(partial(service.purge, before), batch=BATCH)[0]
