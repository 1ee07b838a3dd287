"""Periodic jobs of errors."""

from __future__ import annotations

from functools import partial

from metaia.core import retention
from metaia.core.times import now
from metaia.jobs.registry import job
from metaia.system.errors import queries, service


@job(every=30)
def announce() -> int:
    """Notify admins of new errors, if the last notification is old enough; return the number of errors."""
    return service.announce()


@job(every=86_400)
def purge() -> int:
    """Delete errors that were not seen for a long time; return their number."""
    deleted, _ = retention.purge(partial(queries.delete_unseen, now() - service.KEPT))
    return deleted
