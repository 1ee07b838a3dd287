"""RQ entry point of campaigns."""

from __future__ import annotations

import time

from metaia.jobs.registry import job
from metaia.notifications.campaigns import queries, sending

SECONDS = 5.0  # for which a job goes on: what it has written is to be sent by the same worker


def _due() -> int:
    return int(queries.is_due())


@job(queue="bulk", timeout=120, due=_due)
def advance() -> int:
    """Do what is due for all campaigns, in turns; return how many batches that was."""
    done, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until and sending.advance():
        done += 1
    return done
