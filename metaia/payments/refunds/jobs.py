"""RQ jobs of refunds. They find their work in the table, so a lost job loses nothing."""

from __future__ import annotations

from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.payments.refunds import sending


def _due() -> int:
    return loop.jobs_needed(sending.QUEUE.due())


@job(timeout=300, due=_due)
def send() -> int:
    """Send the due refunds to their providers, and ask for those that have not ended; return how many."""
    return loop.work_off(sending.send_batch)
