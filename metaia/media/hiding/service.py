"""Hiding a file from all but staff, and showing it again."""

from __future__ import annotations

from datetime import datetime

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.media import service as media_service
from metaia.media.kinds import PUBLIC
from metaia.media.queries import Media
from metaia.media.state import HIDDEN, READY
from metaia.media.uses import service as use_service

MOVE = "metaia.media.hiding.jobs.move"


def moderate(
    actor: Actor, media_id: str, action: str, reason: str | None, version: versions.Expected
) -> Media:
    """Hide a file from all but staff, or show it again. Raises NotFound, Forbidden and Conflict."""
    with db.transaction():
        media = media_service.to_change(actor, media_id)
        target = media_service.require(actor, media, action, version)
        media_service.audit(action, media, target, reason)
        return hide(media) if target == HIDDEN else _show(media)


def hide(media: Media) -> Media:
    """Hide a row-locked ready file in the running transaction, and return it after that.

    A job moves public files to private keys; the sweep enqueues it again until they are moved.
    """
    return media_service.change(media, status=HIDDEN, due_at=_move(media))


def enqueue_move(media_id: str) -> None:
    """Enqueue the job that moves a hidden or shown picture, in the running transaction."""
    job_registry.enqueue(MOVE, media_id=media_id)


def _show(media: Media) -> Media:
    moved_by = _move(media)
    deleted_at = None if media.attached_to else use_service.unattached_until(media, now())
    return media_service.change(media, status=READY, due_at=deleted_at or moved_by)


def _move(media: Media) -> datetime | None:
    """Enqueue the job that moves a picture; return when the sweep looks whether it has. Only public pictures move."""
    if media.visibility != PUBLIC:
        return None
    enqueue_move(media.id)
    return now() + media_service.OVERDUE
