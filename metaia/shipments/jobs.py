"""Jobs of shipments. They find their work in the tables, so a lost job loses nothing."""

from __future__ import annotations

from metaia.core import retention
from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.shipments import privacy
from metaia.shipments.asking import queries as asking_queries
from metaia.shipments.asking import service as asking
from metaia.shipments.marking import service as marking


def _questions() -> int:
    return loop.jobs_needed(asking_queries.count_due(now()))


@job(queue="bulk", due=_questions, timeout=300)
def ask() -> int:
    """Ask carriers about shipments without a webhook for hours; return how many."""
    return loop.work_off(asking.ask_due)


@job(every=60, timeout=120)
def mark() -> int:
    """Mark shipments that are late or stale; return how many."""
    return loop.work_off(marking.mark)


@job(every=3600, timeout=300)
def forget() -> int:
    """Erase places and words in scans of deleted customers, and delete old scans; return how many rows."""
    return sum(retention.purge(erase)[0] for erase in (privacy.erase_batch, privacy.delete_old_batch))
