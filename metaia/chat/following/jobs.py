"""The job that follows a file of a message."""

from __future__ import annotations

from metaia.chat.messages import changing
from metaia.core import db
from metaia.jobs.registry import job


@job(retry=(5, 30, 120, 600))
def follow(message_id: str, change: str) -> None:
    """Send a message as it is now to the participants of its conversation; a deleted one is left alone."""
    with db.transaction():
        changing.republish(message_id, change)
