"""Jobs about the payments of bookings."""

from __future__ import annotations

from metaia.bookings.holds import service
from metaia.jobs.registry import job


@job(retry=(5, 30, 300))
def give_back(booking_id: str) -> int:
    """Refund money that has arrived for a booking too late or twice; return the number of refunds."""
    return service.give_back(booking_id)
