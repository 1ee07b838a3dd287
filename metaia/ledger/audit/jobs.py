"""RQ jobs of the auditor: a quick run each hour, a full one each night."""

from __future__ import annotations

from metaia.core import db
from metaia.core.times import now
from metaia.jobs.registry import job
from metaia.ledger.audit import queries, service

HOUR, DAY = 3600, 86_400


@job(retry=(60,), timeout=1800)
def run(run_id: str) -> int:
    """Perform a run that was requested; return the number of findings. A finished run is not repeated."""
    found = queries.by_id(run_id)
    if found is None or found.finished_at is not None:
        return 0
    return len(service.perform(run_id, full=found.full))


@job(every=HOUR)
def quick() -> None:
    """Request the hourly run."""
    with db.transaction():
        service.request(full=False, cause="hourly")


@job(every=DAY)
def full() -> None:
    """Request the nightly run, and delete old ones."""
    with db.transaction():
        service.request(full=True, cause="nightly")
        service.purge(now() - service.KEPT)
