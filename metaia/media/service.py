"""Changes of media by their owners, and their deletion, which sweeps and erasure share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete as delete_rows

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, Invalid, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import filenames
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.media import policy, presenters, publish, queries, renditions
from metaia.media.kinds import FOLDERS, IMAGE, KINDS, PUBLIC
from metaia.media.models import MediaPartRow, MediaRow, MediaTrashRow, MediaUseRow
from metaia.media.queries import Media
from metaia.media.quotas import service as quota_service
from metaia.media.state import DELETED, MACHINE, READY
from metaia.media.uses import access, registry
from metaia.media.uses import service as use_service

OVERDUE = timedelta(minutes=5)  # after which the sweep enqueues the processing again; longer than any job
ROW_KEPT = timedelta(days=30)  # of a deleted media object
declare({"in_use": "The file is attached to something; `details` has the subjects."})


def change_own(actor: Actor, media_id: str, changes: Json, version: versions.Expected) -> Media:
    """Change what the owner of a file may change. Raises NotFound, Forbidden, Conflict (`stale_version`), Invalid."""
    with db.transaction():
        media = to_change(actor, media_id)
        if actor.id != media.owner_id:
            raise Forbidden("This file is not yours.")
        versions.require(version, media.version, MACHINE.noun, lambda: presenters.conflict(media, actor))
        if "filename" in changes:
            extensions = KINDS[media.kind].extensions(media.content_type)
            changes["filename"] = filenames.safe(
                changes["filename"], default=media.kind, extensions=extensions
            )
        if "folder" in changes:
            _require_same_visibility(actor, media, changes["folder"])
        new = {name: value for name, value in changes.items() if getattr(media, name) != value}
        if "folder" in new and media.status == READY and not media.attached_to:
            new["due_at"] = use_service.unattached_until(replace(media, folder=new["folder"]), now())
        return change(media, **new) if new else media


def remove(actor: Actor, media_id: str, version: versions.Expected, *, force: bool) -> Media:
    """Delete a file for its owner or an admin. Raises NotFound, Forbidden, and Conflict (`in_use` unless `force`)."""
    with db.transaction():
        media = access.require_present(actor, use_service.to_delete(media_id))
        require(actor, media, "delete", version)
        if media.attached_to and not force:
            details = {"attachedTo": list(media.attached_to)}
            raise Conflict("The file is attached to something.", code="in_use", details=details)
        if actor.id != media.owner_id:
            audit("delete", media, DELETED, None)
        return delete(media)


def to_change(actor: Actor, media_id: str) -> Media:
    """Return a file that `actor` may know of, row-locked. Raises NotFound and the 410."""
    return access.require_present(actor, queries.to_change(media_id))


def require(actor: Actor, media: Media, action: str, version: versions.Expected) -> str:
    """Return the status after `action`, if `actor` may perform it now. Raises Forbidden and Conflict."""
    parties = policy.parties(actor, media)
    transition = MACHINE.require(media, action, parties, version, lambda: presenters.conflict(media, actor))
    return transition.target


def _require_same_visibility(actor: Actor, media: Media, folder: str) -> None:
    """Raise unless the file may move to `folder`. The address of a public file would not end if it became private."""
    if not policy.may_use_folder(actor, folder):
        raise Forbidden("Only partners have files in this folder.")
    if media.kind == IMAGE and FOLDERS[folder] != FOLDERS[media.folder]:
        raise Invalid(details={"folder": ["Has another visibility: upload the file again."]})


def audit(action: str, media: Media, target: str, reason: str | None) -> None:
    """Record an action of staff on a file, with the status after it, in the running transaction."""
    audit_log.record(
        f"media.{action}",
        subject=rooms.subject("media", media.id),
        before={"status": media.status, "ownerId": media.owner_id},
        after={"status": target, "reason": reason},
    )


def enqueue_processing(media_id: str) -> None:
    """Enqueue the job that processes a file, in the running transaction. A job for a processed file does nothing."""
    job_registry.enqueue("metaia.media.jobs.process", media_id=media_id)


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
    """Delete a media object that `uses/service.py:to_delete` returned, and return it after that.

    In the running transaction its bytes are due in the trash, its uses end, its quota is given back, and its viewers
    are informed. The row stays for ROW_KEPT, then it is due again. Raises ValueError if the status does not allow it:
    the object is deleted.
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
