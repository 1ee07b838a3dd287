"""Periodic jobs of orders."""

from __future__ import annotations

from metaia.core.times import now
from metaia.jobs.registry import job
from metaia.orders import privacy, queries, service

BATCH = 200


@job(every=5)
def cancel_overdue() -> int:
    """Cancel the orders whose deadline for acceptance has passed; return how many."""
    return sum(service.expire(order_id) for order_id in queries.overdue(now(), BATCH))


@job(every=3600)
def forget_customers() -> int:
    """Erase deleted customers from closed orders; return the number of orders."""
    return privacy.erase_customers()
