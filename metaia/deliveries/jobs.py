"""Jobs of deliveries. They find their work in the tables, so a lost job loses nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from metaia.core import retention
from metaia.core.times import now
from metaia.deliveries import queries
from metaia.deliveries.dispatch import service as dispatch
from metaia.deliveries.lost import service as lost
from metaia.deliveries.models import DeliveryOfferRow, DeliveryWaveRow
from metaia.jobs import loop
from metaia.jobs.registry import job

KEPT = timedelta(days=30)  # rounds of orders that have ended


def _due() -> int:
    return loop.jobs_needed(len(queries.due(now(), dispatch.BATCH)))


@job(due=_due, timeout=120)
def advance() -> int:
    """Do the due steps of the rounds in which orders are offered; return their number."""
    return loop.work_off(dispatch.advance)


@job(every=30)
def release_lost() -> int:
    """Offer the orders of couriers again that have sent nothing for ten minutes; return their number."""
    return lost.release()


@job(every=3600)
def prune() -> int:
    """Delete the old rounds of orders that have ended, with their offers; return the number of rows."""
    before = now() - KEPT
    tables = (DeliveryOfferRow, DeliveryWaveRow)
    return sum(retention.purge(partial(queries.delete_ended, table, before))[0] for table in tables)
