"""The result of a job: one transaction that no kill can divide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.media import queries, renditions, service
from metaia.media.models import MediaPartRow, MediaRow, MediaTrashRow
from metaia.media.processing.child import Outcome
from metaia.media.processing.outputs import Outputs, trash
from metaia.media.processing.source import Missing, Source
from metaia.media.queries import Media
from metaia.media.quotas import service as quota_service
from metaia.media.state import MACHINE, PROCESSING
from metaia.media.uses import registry as subjects
from metaia.media.uses.service import unattached_until

MOST_TRIES = 3  # that may die over one file
REJECTED_KEPT = timedelta(hours=1)
UNREADABLE = "unreadable"


def claim(media_id: str) -> Media | None:
    """Count a try before the file is touched; return the object, or None if there is nothing to do.

    A file over which MOST_TRIES workers have died is refused.
    """
    with db.transaction():
        media = _processing(media_id)
        if media is None or media.tries >= MOST_TRIES:
            if media is not None:
                _refuse(media, UNREADABLE)
            return None
        db.change(MediaRow, id=media.id, tries=media.tries + 1, due_at=now() + service.OVERDUE)
        return media


def give_back(media_id: str) -> None:
    """Uncount a try that failed without the file: the store or the scanner was unavailable."""
    with db.transaction():
        media = _processing(media_id)
        if media is not None and media.tries > 0:
            db.change(MediaRow, id=media.id, tries=media.tries - 1)


def accept(media: Media, source: Source, outcome: Outcome, outputs: Outputs) -> None:
    """Make a file ready. If it was deleted in the meantime, its keys stay in the trash. Raises Missing.

    Missing: the purge has already deleted the files of this try, because it was too slow.
    """
    with db.transaction():
        current = _processing(media.id)
        if current is None:
            return
        unneeded = delete(MediaTrashRow).where(among(MediaTrashRow.id, outputs.trash_ids))
        if db.execute(unneeded).rowcount != len(outputs.trash_ids) or current.visibility != media.visibility:
            raise Missing("the files of this try are deleted, or must have other keys")
        _finish(
            current,
            "accept",
            outputs.size,
            content_type=media.content_type,
            key=outputs.prefix,
            renditions=renditions.as_json(outputs.renditions),
            size=source.size,
            sha256=source.sha256,
            width=outcome.width,
            height=outcome.height,
            duration=outcome.duration,
            placeholder=outcome.placeholder,
            due_at=None if current.attached_to else unattached_until(current, now()),
        )


def refuse(media_id: str, code: str) -> None:
    """Reject a file, with the reason that its owner gets."""
    with db.transaction():
        current = _processing(media_id)
        if current is not None:
            _refuse(current, code)


def _refuse(media: Media, code: str) -> None:
    _finish(media, "refuse", 0, reason=code, due_at=now() + REJECTED_KEPT)


def _processing(media_id: str) -> Media | None:
    """Return a media object that is still being processed, row-locked."""
    media = queries.to_change(media_id)
    return media if media is not None and media.status == PROCESSING else None


def _finish(media: Media, action: str, charged: int, **changes: Any) -> None:
    """Move a row-locked object, delete the bytes as they came, charge what is stored, and publish the change."""
    transition = MACHINE.find(media.status, action)
    assert transition is not None  # noqa: S101 - MACHINE's table
    db.execute(delete(MediaPartRow).where(MediaPartRow.media_id == media.id))
    if media.incoming_key:
        trash(media, media.incoming_key)
        job_registry.wake_on_commit()
    quota_service.refund(media.owner_id, media.charged - charged, files=0)
    service.change(media, status=transition.target, charged=charged, incoming_key=None, **changes)
    for subject in media.attached_to:
        subjects.processed(subject, media.id)
