"""RQ jobs of announcements. Each finds its work in the table, so a lost job loses nothing."""

from __future__ import annotations

from flask import current_app

from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.notifications.announcements import queries, retention, service, storing

SECONDS = 5.0  # length of one run


def _to_start() -> int:
    return int(queries.is_due())


def _to_store() -> int:
    return int(queries.is_to_store())


@job(queue="critical", due=_to_start)
def start() -> int:
    """Send the announcements that should start now; return how many."""
    return loop.work_off(lambda: int(service.start_due()), seconds=SECONDS)


@job(queue="bulk", due=_to_store)
def store() -> int:
    """Store the notifications that are due; return the number of batches."""
    return loop.work_off(lambda: int(storing.store_next()), seconds=SECONDS)


@job(queue="bulk", every=86400)
def purge() -> int:
    """Delete what ANNOUNCEMENT_DAYS does not keep; return how many rows."""
    return retention.purge(current_app.config["ANNOUNCEMENT_DAYS"])
