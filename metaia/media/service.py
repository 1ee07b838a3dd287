"""Changes of media by their owners and staff, and their deletion, which sweeps and erasure share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete as delete_rows

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.media import publish, queries, renditions
from metaia.media.kinds import PUBLIC
from metaia.media.models import MediaPartRow, MediaRow, MediaTrashRow, MediaUseRow
from metaia.media.queries import Media
from metaia.media.quotas import service as quota_service
from metaia.media.state import MACHINE
from metaia.media.uses import registry

ROW_KEPT = timedelta(days=30)  # of a deleted media object


def change(media: Media, **changes: Any) -> Media:
    """Write changes of a row-locked media object in the running transaction, publish them, and return it after them.

    Call it once per transaction and row.
    """
    after = replace(media, version=media.version + 1, updated_at=now(), **changes)
    written = (*changes, "version", "updated_at")
    db.change(MediaRow, id=media.id, **{name: getattr(after, name) for name in written})
    publish.updated(after)
    return after


def delete(media: Media, *, action: str = "delete") -> Media:
    """Delete a row-locked media object in the running transaction, and return it after that.

    Its bytes are due in the trash, its uses end, its quota is given back, and its viewers are informed. The row stays
    for ROW_KEPT, then it is due again. Raises ValueError if the status does not allow it: the object is deleted.
    """
    transition = MACHINE.find(media.status, action)
    if transition is None:
        raise ValueError(f"a {media.status} media object cannot {action}")
    moment = now()
    trashed = _trash(media, moment)
    db.execute(delete_rows(MediaPartRow).where(MediaPartRow.media_id == media.id))
    _end_uses(media)
    quota_service.refund(media.owner_id, media.charged)
    changes: dict[str, Any] = {
        "status": transition.target,
        "charged": 0,
        "renditions": None,
        "incoming_key": None,
        "due_at": moment + ROW_KEPT,
        "purged_at": None if trashed else moment,
        "version": media.version + 1,
        "updated_at": moment,
    }
    db.change(MediaRow, id=media.id, **changes)
    after = replace(media, attached_to=(), **changes)
    publish.updated(after, former_uses=media.attached_to)
    return after


def _trash(media: Media, moment: datetime) -> bool:
    """Add the keys of all files of `media` to the trash, due at `moment`.

    Return whether any store may have bytes of it.
    """
    keys = [rendition.key for rendition in renditions.load(media.renditions).values()]
    keys += [media.incoming_key] if media.incoming_key else []
    for key in keys:
        db.append(
            MediaTrashRow,
            id=new_id(),
            media_id=media.id,
            store=media.store,
            key=key,
            public=media.visibility == PUBLIC,
            due_at=moment,
            tries=0,
        )
    if keys:
        job_registry.wake_on_commit()
    return bool(keys) or queries.has_trash(media.id)


def _end_uses(media: Media) -> None:
    """Detach `media` from all its subjects, and let their domains forget it."""
    db.execute(delete_rows(MediaUseRow).where(MediaUseRow.media_id == media.id))
    for subject in media.attached_to:
        kind, subject_id = registry.find(subject)
        if kind is not None:
            kind.removed(subject_id, media.id)
