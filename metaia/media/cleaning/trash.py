"""The trash: keys that a store must delete. A row stays until the store has confirmed, so no key is forgotten."""

from __future__ import annotations

import structlog
from flask import current_app
from sqlalchemy import delete

from metaia.core import db, fault_injection
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.core.work_queue import WorkQueue
from metaia.media import queries as media_queries
from metaia.media import service as media_service
from metaia.media.cleaning import queries
from metaia.media.models import MediaTrashRow
from metaia.media.queries import Media
from metaia.media.state import DELETED
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.storage import registry

BATCH = 20
# Seconds before each next try. The first pause is longer than a batch takes, so no other worker claims its rows.
PAUSES = (120, 120, 300, 900, 3600, 3600, 10800, 21600, 43200)
QUEUE = WorkQueue(MediaTrashRow, done="deleted_at", pauses=PAUSES)
FAILED = (Temporary, Permanent, Technical)
log = structlog.get_logger(__name__)


def purge_batch() -> int:
    """Delete a batch of due keys from their stores; return its size."""
    ids = QUEUE.claim(BATCH)
    for trash_id in ids:
        row = queries.trashed(trash_id)
        if row is not None:
            _purge(row)
    return len(ids)


def requeue_quarantined() -> int:
    """Try keys again that no store would delete, and return how many: a store may be configured again."""
    with db.transaction():
        return sum(QUEUE.requeue(trash_id) for trash_id in queries.quarantined(queries.BATCH))


def _purge(row: AnyRow) -> None:
    """Delete one key from its store, with its row row-locked.

    A job that is about to publish the file must take the row out of the trash first, so it waits and then finds none.
    The media object is row-locked before, as that job does: two workers would otherwise deadlock, or each of them see
    the other one's row when it looks for the last one.
    """
    with db.transaction():
        media = media_queries.to_change(row.media_id) if row.media_id else None
        if QUEUE.lock_pending(row.id) is None:
            return  # published, or deleted by another worker
        try:
            registry.store(current_app, row.store).delete(row.key)
        except FAILED as error:
            log.warning(
                "media not deleted", store=row.store, media=row.media_id, tries=row.tries, error=str(error)
            )
            QUEUE.postpone(row.id, f"{type(error).__name__}: {error}")
            return
        fault_injection.point("media_deleted")
        db.execute(delete(MediaTrashRow).where(MediaTrashRow.id == row.id))
        if media is not None and media.status == DELETED and media.purged_at is None:
            _finish(media)


def _finish(media: Media) -> None:
    """Set when no store had bytes of a deleted media object any more, if this was its last key."""
    if not media_queries.has_trash(media.id):
        media_service.change(media, purged_at=now())
