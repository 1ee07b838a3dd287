"""The job of follows."""

from __future__ import annotations

from metaia.jobs.registry import job
from metaia.shops.follows import privacy


@job(every=3600, timeout=300)
def forget_users() -> int:
    """Delete the follows of deleted users and partners; return their number."""
    return privacy.forget_users()
