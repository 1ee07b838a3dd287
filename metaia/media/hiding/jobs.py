"""RQ job of hiding. The sweep enqueues it again while a hidden picture has public keys."""

from __future__ import annotations

from metaia.jobs.registry import job
from metaia.media.hiding import moving


@job(queue="media", retry=(5, 30, 120, 600), timeout=180)
def move(media_id: str) -> None:
    """Move the files of a picture to private keys if it is hidden, and back to public ones if it is shown again."""
    moving.move(media_id)
