"""RQ job of campaigns."""

from __future__ import annotations

from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.notifications.campaigns import queries, sending

SECONDS = 5.0  # length of one run; short, because the same worker sends what the run has written


def _due() -> int:
    return int(queries.is_due())


@job(queue="bulk", timeout=120, due=_due)
def advance() -> int:
    """Run the due batches of all campaigns in turns; return their number."""
    return loop.work_off(lambda: int(sending.advance()), seconds=SECONDS)
