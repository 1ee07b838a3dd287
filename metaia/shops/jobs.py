"""The job that keeps the times of shops known."""

from __future__ import annotations

from metaia.core import db
from metaia.jobs.registry import job
from metaia.shops import queries, service

BATCH = 200


@job(queue="bulk", every=86400, timeout=600)
def refresh_hours() -> int:
    """Compute the times in which shops take orders for the next weeks; return of how many shops.

    It also follows changed rules of time zones.
    """
    done, after = 0, queries.FIRST
    while ids := queries.with_hours(after, BATCH):
        for partner_id in ids:
            with db.transaction():
                shop = queries.row_locked(partner_id)
                if shop is not None:
                    service.refresh_hours(shop)
                    done += 1
        after = ids[-1]
    return done
