"""RQ entry points of webhooks: they look in the inbox for what there is to do."""

from __future__ import annotations

import time
from datetime import timedelta

from metaia.core import db
from metaia.jobs.registry import job
from metaia.webhooks import inbox, service

SECONDS = 20.0  # for which a job goes on; its worker looks for other jobs then
PER_JOB = 200  # so many waiting justify another job
MOST_JOBS = 4
DIGESTED_KEPT, QUARANTINED_KEPT = timedelta(days=7), timedelta(days=30)


def _due() -> int:
    return min(MOST_JOBS, -(-inbox.due() // PER_JOB))


@job(timeout=120, due=_due)
def digest() -> int:
    """Digest what vendors have told us; return how many calls that was."""
    done, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until and (count := service.digest()):
        done += count
    return done


@job(every=3600)
def tidy() -> int:
    """Forget old calls; return how many."""
    with db.transaction():
        return inbox.forget(DIGESTED_KEPT, QUARANTINED_KEPT)
