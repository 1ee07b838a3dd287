"""RQ jobs of media, on a queue of their own: a picture delays no message."""

from __future__ import annotations

from metaia.jobs.registry import job
from metaia.media.processing import service

QUEUE = "media"
TIMEOUT = 180  # seconds: the sandbox takes 30 at most, the rest is for a slow store


@job(queue=QUEUE, retry=(5, 30, 120), timeout=TIMEOUT)
def process(media_id: str) -> None:
    """Check a received file, store what is kept of it, and make it ready or rejected."""
    service.process(media_id)
