"""The job of posts."""

from __future__ import annotations

from metaia.jobs.registry import job
from metaia.products.posts import privacy


@job(every=3600, timeout=300)
def forget_users() -> int:
    """Delete the posts of deleted partners; return their number."""
    return privacy.forget_users()
