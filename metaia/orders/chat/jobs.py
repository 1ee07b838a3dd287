"""The job that ends the part of couriers in conversations."""

from __future__ import annotations

from metaia.jobs.registry import job
from metaia.orders.chat import service


@job(every=300)
def remove_couriers() -> int:
    """Let couriers leave the conversations of orders that were delivered 24 hours ago; return how many."""
    return service.remove_couriers()
