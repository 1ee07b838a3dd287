"""Attaching media to subjects and detaching them, in the transaction that changes the subject."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, insert, update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db.expressions import among
from metaia.core.errors import Invalid, declare
from metaia.core.times import now
from metaia.media import queries
from metaia.media.kinds import IMAGE, is_kept
from metaia.media.models import MediaRow, MediaUseRow
from metaia.media.queries import Media
from metaia.media.state import PROCESSING, READY, REJECTED
from metaia.media.uses import queries as use_queries
from metaia.media.uses import registry

declare({"unknown_media": "A file does not exist, is not the caller's, is not ready, or was rejected."})


def attach(
    actor: Actor,
    media_ids: Sequence[str],
    *,
    subject: str,
    role: str,
    kinds: Collection[str],
    processing: bool = False,
    field: str = "mediaIds",
) -> list[Media]:
    """Attach files of `actor` to a subject in the running transaction, in this order; return them.

    The rows are row-locked in the order of their ids, so parallel calls do not deadlock. A repeated id counts once, and
    a file that is attached already stays where it is. With `processing`, files are accepted that are not ready yet.
    Raises Invalid (`unknown_media`, at `field`) unless all files are the actor's, ready and of one of `kinds`.
    """
    wanted = list(dict.fromkeys(media_ids))
    found = queries.many_to_change(wanted)
    accepted = {READY, PROCESSING} if processing else {READY}
    fit = {
        media.id
        for media in found.values()
        if media.owner_id == actor.id and media.status in accepted and media.kind in kinds
    }
    if unknown := [media_id for media_id in wanted if media_id not in fit]:
        message = "Not a file of yours that is ready and of a kind that fits here."
        raise Invalid(message, code="unknown_media", details={field: unknown})
    moment = now()
    for position, media_id in enumerate(wanted):
        if subject not in found[media_id].attached_to:
            _use(found[media_id], subject, role, position, moment)
    return [found[media_id] for media_id in wanted]


def replace_pictures(actor: Actor, media_ids: Sequence[str], *, subject: str, role: str) -> list[str]:
    """Attach pictures of `actor` to a subject instead of those that it has, in the running transaction.

    Return their ids, each once. Raises Invalid (`unknown_media`).
    """
    wanted = list(dict.fromkeys(media_ids))
    detach(subject)
    if wanted:
        attach(actor, wanted, subject=subject, role=role, kinds={IMAGE})
    return wanted


def detach(
    subject: str, *, role: str | None = None, but: str | None = None, at_once: bool = False
) -> list[str]:
    """Detach all files of a subject in the running transaction, with `role` only those of it. Return their ids.

    The file `but` stays. A file that is attached to nothing else is deleted after MEDIA_ORPHAN_HOURS, or `at_once` by
    the next sweep, unless it is kept (kinds.py).
    """
    media_ids = [media_id for media_id in use_queries.media_ids(subject, role) if media_id != but]
    if not media_ids:
        return []
    found = queries.many_to_change(media_ids)
    uses = (MediaUseRow.subject == subject, among(MediaUseRow.media_id, media_ids))
    db.execute(delete(MediaUseRow).where(*uses))
    moment = now()
    for media in found.values():
        if set(media.attached_to) <= {subject} and media.status in {READY, REJECTED}:
            due_at = unattached_until(media, moment)
            _set_due(media.id, min(due_at, moment) if at_once and due_at else due_at)
    return media_ids


def to_delete(media_id: str) -> Media | None:
    """Return a media object that is about to be deleted, row-locked after its subjects, in the running transaction.

    A transaction that attaches a file has its subject row-locked first. The same order here excludes deadlocks. A file
    that was attached to another subject in the meantime is released, and all are row-locked again.
    """
    known: set[str] = set()
    media = queries.by_id(media_id)
    while media is not None:
        known |= set(media.attached_to)
        with suppress(_AttachedElsewhere), db.savepoint():
            for subject in sorted(known):
                registry.lock(subject)
            media = queries.to_change(media_id)
            if media is not None and not set(media.attached_to) <= known:
                raise _AttachedElsewhere
            return media
    return None


def unattached_until(media: Media, since: datetime) -> datetime | None:
    """Return when a file is deleted that has been attached to nothing since a moment; None if it is kept."""
    if is_kept(media.visibility, media.folder) and media.status != REJECTED:
        return None
    return since + timedelta(hours=current_app.config["MEDIA_ORPHAN_HOURS"])


class _AttachedElsewhere(Exception):
    """The file was attached to a subject that is not row-locked."""


def _use(media: Media, subject: str, role: str, position: int, moment: datetime) -> None:
    use = {"subject": subject, "role": role, "position": position, "created_at": moment}
    db.execute(insert(MediaUseRow).values(media_id=media.id, **use))
    if media.status == READY:  # the time of the next sweep stays while the file is processed
        _set_due(media.id, None)


def _set_due(media_id: str, due_at: datetime | None) -> None:
    db.execute(update(MediaRow).where(MediaRow.id == media_id).values(due_at=due_at))
