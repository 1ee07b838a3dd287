"""Access to one media object: its owner, staff, viewers of what it is attached to, and any user if it is public."""

from __future__ import annotations

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Forbidden, Gone, NotFound
from metaia.core.times import rfc3339
from metaia.media import queries
from metaia.media.kinds import PRIVATE, PUBLIC
from metaia.media.policy import MEDIA_READ
from metaia.media.queries import Media
from metaia.media.state import DELETED, HIDDEN, READY
from metaia.media.uses import registry


def read(actor: Actor, media_id: str) -> Media:
    """Return a media object that `actor` may see. A read of a private one by staff is audited.

    Raises NotFound, Forbidden, and the Problem with status 410 if it is deleted, or hidden from all but staff.
    """
    media = require_present(actor, queries.by_id(media_id))
    if actor.id != media.owner_id and not _is_shared_with(actor, media):
        if not actor.may(MEDIA_READ):
            raise Forbidden("This file is not yours.")
        if media.visibility == PRIVATE:
            with db.transaction():
                audit_log.record("media.read", subject=rooms.subject("media", media.id))
    return media


def may_see(actor: Actor, media: Media) -> bool:
    """Return whether `actor` may see the file: its owner, staff, or a user that it is shared with."""
    return actor.id == media.owner_id or actor.may(MEDIA_READ) or _is_shared_with(actor, media)


def require_present(actor: Actor, media: Media | None) -> Media:
    """Return `media`. Raises NotFound if there is none, and the 410 if it is deleted, or hidden from `actor`."""
    if media is None:
        raise NotFound("There is no such file.")
    if media.status == DELETED:
        details = {"deletedAt": rfc3339(media.updated_at), "deletedEverywhereAt": rfc3339(media.purged_at)}
        raise Gone("This file was deleted.", details=details)
    if media.status == HIDDEN and not actor.may(MEDIA_READ):
        raise Gone("This file is hidden.")
    return media


def _is_shared_with(actor: Actor, media: Media) -> bool:
    """Return whether the file is public, or attached to a subject that `actor` may see."""
    if media.visibility == PUBLIC and media.status == READY:
        return True
    found = (registry.find(subject) for subject in media.attached_to)
    return any(kind is not None and kind.may_see(actor, subject_id) for kind, subject_id in found)
