"""Jobs of waiting lists."""

from __future__ import annotations

from metaia.bookings.waiting import offering, service
from metaia.core import db
from metaia.jobs.registry import job


@job(retry=(5, 30, 300), timeout=300)
def offer_freed(calendar_id: str | None) -> int:
    """Offer the free times of a calendar, or of all, to customers that wait; return how many were offered."""
    return offering.offer_all(calendar_id)


@job(every=300, timeout=300)
def offer_opened() -> int:
    """Offer times that became free without a booking that ended, as after a change of hours; return how many.

    Entries of which the time has passed are ended before.
    """
    with db.transaction():
        service.end_past()
    return offering.offer_all(None)
