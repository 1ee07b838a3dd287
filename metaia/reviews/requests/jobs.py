"""The job of requests."""

from __future__ import annotations

from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.reviews.requests import service


@job(every=300)
def request() -> int:
    """Ask customers for the reviews that are due; return the number of orders and bookings."""
    return loop.work_off(service.send_due)
