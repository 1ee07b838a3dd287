"""Periodic jobs of offers."""

from __future__ import annotations

from metaia.core.times import now
from metaia.jobs.registry import job
from metaia.offers import privacy, queries, service

BATCH = 200


@job(every=5)
def expire_overdue() -> int:
    """End the offers of which the time has passed; return how many."""
    return sum(service.expire(offer_id) for offer_id in queries.overdue(now(), BATCH))


@job(every=3600, timeout=300)
def forget_users() -> int:
    """Cancel the open offers of deleted users, and erase their texts in all others; return the number of offers."""
    return privacy.cancel_open() + privacy.erase_users()
