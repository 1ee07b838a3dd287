"""The sweep: what happens to media objects at their `due_at`, by status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import delete, update

from metaia.core import db
from metaia.core.times import now
from metaia.media import queries as media_queries
from metaia.media import service as media_service
from metaia.media.cleaning import queries
from metaia.media.direct import service as direct_service
from metaia.media.hiding import moving
from metaia.media.hiding import service as hiding_service
from metaia.media.kinds import is_kept
from metaia.media.models import MediaRow
from metaia.media.queries import Media
from metaia.media.state import DELETED, HIDDEN, PENDING, PROCESSING, READY, REJECTED
from metaia.media.uses import service as use_service
from metaia.providers.errors import Permanent, Technical, Temporary

BATCH = 100
LATER = timedelta(minutes=5)  # after an error, and between two tries of a file that is processed
FAILED = (Temporary, Permanent, Technical)
log = structlog.get_logger(__name__)


def sweep_batch() -> int:
    """Handle a batch of due media objects; return its size."""
    ids = queries.due(now(), BATCH)
    for media_id in ids:
        try:
            _sweep(media_id)
        except Exception:  # one media object must not delay the others
            log.exception("media not swept", media=media_id)
            with db.transaction():
                _postpone(media_id)
    return len(ids)


def _sweep(media_id: str) -> None:
    try:
        is_uploaded = _is_uploaded(media_queries.by_id(media_id))
    except FAILED as error:  # whether its bytes are there is unknown, so it does not expire
        log.warning("store not asked for an upload", media=media_id, error=str(error))
        with db.transaction():
            _postpone(media_id)
        return
    with db.transaction():
        media = use_service.to_delete(media_id)
        if media is None or media.due_at is None or media.due_at > now():
            return  # changed since it was found
        if media.status == PENDING and is_uploaded:
            direct_service.begin_processing(media)
        else:
            HANDLERS[media.status](media)


def _is_uploaded(media: Media | None) -> bool:
    """Return whether the store has the bytes of a pending upload: its client forgot to complete it.

    Asked outside of a transaction, because a vendor may be slow. Raises errors of the store.
    """
    return media is not None and media.status == PENDING and direct_service.is_uploaded(media)


def _expire(media: Media) -> None:
    media_service.delete(media, action="expire")


def _process_again(media: Media) -> None:
    """Enqueue the job of a file again: its worker was killed, or the store was unreachable for all of its tries."""
    _postpone(media.id)
    media_service.enqueue_processing(media.id)


def _delete_unattached(media: Media) -> None:
    if media.attached_to or is_kept(media.visibility, media.folder):
        _keep(media)
    else:
        media_service.delete(media)


def _delete(media: Media) -> None:
    media_service.delete(media)


def _keep(media: Media) -> None:
    """Leave a file as it is, once a picture that was hidden or shown has been moved."""
    if moving.is_misplaced(media):
        _postpone(media.id)
        hiding_service.enqueue_move(media.id)
    else:
        _set_due(media.id, None)


def _remove_row(media: Media) -> None:
    """Remove the row of a deleted file, once no store has bytes of it."""
    if media.purged_at is None:
        log.error("media deleted long ago is still in a store", media=media.id)
        _postpone(media.id, timedelta(days=1))
    else:
        db.execute(delete(MediaRow).where(MediaRow.id == media.id))


def _postpone(media_id: str, pause: timedelta = LATER) -> None:
    _set_due(media_id, now() + pause)


def _set_due(media_id: str, due_at: object) -> None:
    db.execute(update(MediaRow).where(MediaRow.id == media_id).values(due_at=due_at))


HANDLERS: dict[str, Callable[[Media], None]] = {
    PENDING: _expire,
    PROCESSING: _process_again,
    READY: _delete_unattached,
    REJECTED: _delete,
    HIDDEN: _keep,
    DELETED: _remove_row,
}
