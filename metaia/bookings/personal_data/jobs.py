"""The job that follows the deletion of accounts."""

from __future__ import annotations

from metaia.bookings.personal_data import privacy
from metaia.jobs.registry import job


@job(every=3600, timeout=300)
def forget_users() -> int:
    """Cancel the bookings to come of deleted users, and erase customers from those that have ended; return how many."""
    return privacy.cancel_open() + privacy.erase_customers()
