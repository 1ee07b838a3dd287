"""The job of reminders."""

from __future__ import annotations

from metaia.bookings.reminders import service
from metaia.jobs import loop
from metaia.jobs.registry import job


@job(every=15)
def remind() -> int:
    """Notify customers of the reminders that are due; return how many bookings they are about."""
    return loop.work_off(service.send_due)
