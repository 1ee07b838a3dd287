"""Jobs of bookings."""

from __future__ import annotations

from metaia.bookings.attending import service as attending
from metaia.bookings.ending import queries
from metaia.bookings.ending import service as ending
from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs.registry import job

BATCH = 200


@job(every=5)
def end_overdue() -> int:
    """End the holds, requests and proposals of which the time is over; return how many."""
    return loop.work_each(ending.sweep, queries.overdue(now(), BATCH))


@job(every=3600, timeout=300)
def complete_past() -> int:
    """Complete the bookings that ended 12 hours ago; return how many."""
    return loop.work_off(_complete_batch, seconds=200)


def _complete_batch() -> int:
    before = now() - attending.COMPLETE_AFTER
    return loop.work_each(attending.complete_past, queries.past(before, BATCH))


@job(retry=(5, 30, 300))
def settle(booking_id: str) -> None:
    """Settle the money of a booking that has ended without its payments being row-locked."""
    ending.settle(booking_id)
