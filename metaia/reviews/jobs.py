"""Jobs of reviews."""

from __future__ import annotations

from metaia.jobs.registry import job
from metaia.reviews import privacy


@job(every=3600, timeout=300)
def forget_users() -> int:
    """Erase the texts of deleted users in reviews, replies and reports; return the number of reviews."""
    return privacy.erase_users()
