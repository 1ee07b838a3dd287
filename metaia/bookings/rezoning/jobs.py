"""The job that compares bookings with the rules of their zones."""

from __future__ import annotations

from metaia.bookings.rezoning import service
from metaia.jobs.registry import job


@job(queue="bulk", every=86400, timeout=600)
def rezone() -> int:
    """Let bookings keep the time of the clock after a change of a zone's rules; return how many were moved."""
    return service.rezone()
