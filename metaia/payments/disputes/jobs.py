"""RQ jobs of disputes. They find their work in the table, so a lost job loses nothing."""

from __future__ import annotations

from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.payments.disputes import answering


def _due() -> int:
    return loop.jobs_needed(answering.QUEUE.due())


@job(timeout=300, due=_due)
def answer() -> int:
    """Send the due answers to disputes to their providers; return how many."""
    return loop.work_off(answering.answer_batch)
