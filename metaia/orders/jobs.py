"""Periodic jobs of orders."""

from __future__ import annotations

from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.orders import privacy, queries, service
from metaia.orders.couriers import queries as courier_queries
from metaia.orders.couriers import service as couriers

BATCH = 200


@job(every=5)
def cancel_overdue() -> int:
    """Cancel the orders whose deadline for acceptance has passed; return how many."""
    return sum(service.expire(order_id) for order_id in queries.overdue(now(), BATCH))


@job(every=30)
def end_contact() -> int:
    """Take the customers' data of ended orders from their couriers; return the number of orders."""
    return loop.work_each(couriers.end_contact, courier_queries.contact_to_end(now(), BATCH))


@job(every=3600)
def forget_customers() -> int:
    """Erase deleted customers, and those without an account after a year, from closed orders; return the number."""
    return privacy.erase_customers() + privacy.erase_old_contacts()
