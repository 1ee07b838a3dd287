"""The job of reminders."""

from __future__ import annotations

from metaia.chat.reminders import queries, service
from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs.registry import job


def _jobs_needed() -> int:
    return loop.jobs_needed(queries.waiting(now(), loop.PER_JOB * loop.MOST_JOBS))


@job(due=_jobs_needed)
def remind() -> int:
    """Remind users of unread messages; return in how many conversations it looked."""
    return loop.work_off(service.remind_batch)
