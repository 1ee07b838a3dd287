"""The periodic job of durations."""

from __future__ import annotations

from functools import partial

from metaia.core import retention
from metaia.core.times import now
from metaia.jobs.registry import job
from metaia.system.performance import queries, service


@job(every=1800, queue="bulk")
def purge() -> int:
    """Delete durations that are older than two days; return the number of rows."""
    return retention.purge(partial(queries.delete_old, now() - service.KEPT), batch=5_000)[0]
