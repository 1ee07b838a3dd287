"""RQ entry points of notifications."""

from __future__ import annotations

from metaia.core.jobs import job
from metaia.notifications import sending


@job(retry=sending.PAUSES)
def send(delivery_id: str) -> str:
    """Send one delivery."""
    return sending.send(delivery_id)


@job(every=30)
def sweep() -> int:
    """Look after deliveries that were left behind."""
    return sending.sweep()
