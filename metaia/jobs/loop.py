"""Jobs that look for their work in the tables: how long one goes on, and how many there should be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import structlog

from metaia.core import db

SECONDS = 20.0  # a job ends after this time, so that its worker gets to other jobs
PER_JOB = 100  # waiting rows that justify one more job
MOST_JOBS = 4  # of one kind at a time
log = structlog.get_logger(__name__)


def work_off(step: Callable[[], int], *, seconds: float = SECONDS) -> int:
    """Repeat `step` until it does nothing (returns 0) or the time is up; return the sum of what it did."""
    done, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and (count := step()):
        done += count
    return done


def work_each(work: Callable[[str], bool], row_ids: Iterable[str]) -> int:
    """Do `work` for each of these rows, in transactions of its own; return for how many it did something.

    A row that fails is logged and does not delay the others: the next job tries it again. While PostgreSQL cannot be
    reached the error is raised.
    """
    done = 0
    for row_id in row_ids:
        try:
            done += work(row_id)
        except Exception as error:
            if isinstance(error, db.UNAVAILABLE) and not isinstance(error, db.REFUSED):
                raise
            log.exception("row not worked off", work=work.__qualname__, row=row_id)
    return done


def jobs_needed(waiting: int, *, per_job: int = PER_JOB, most: int = MOST_JOBS) -> int:
    """Return how many jobs there should be for `waiting` rows."""
    return min(most, -(-waiting // per_job))
