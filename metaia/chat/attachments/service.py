"""Attaching uploaded files to messages, and what follows from the end of their processing and from their deletion."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.chat.attachments import presenters, queries
from metaia.chat.attachments.models import MessageAttachmentRow
from metaia.chat.events import EDITED, READY
from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid, declare
from metaia.core.json import Json
from metaia.core.text import filenames
from metaia.jobs import registry as job_registry
from metaia.media.kinds import KINDS, PRIVATE
from metaia.media.queries import Media
from metaia.media.uses import service as use_service
from metaia.media.uses.registry import SubjectKind

KIND, ROLE = "message", "attachment"  # of the subject that media are attached to
FIELD = "attachments"  # of the body of a message
FOLLOW = "metaia.chat.following.jobs.follow"
declare({"attachment_not_usable": "A file is of another user, was rejected, is public, or is given twice."})


def subject(message_id: str) -> str:
    """Return the subject that the files of a message are attached to."""
    return rooms.subject(KIND, message_id)


def attach(
    actor: Actor, message_id: str, conversation_id: str, seq: int, given: Sequence[Json]
) -> list[Json]:
    """Attach files to a new message, in the transaction that inserts it; return them as `AttachmentOut`.

    Each of `given` has `media_id`, and may have a `name` to show instead of the file's own. The conversation is
    row-locked, so files follow conversations in the order of locks. A file may still be processed: `follow` informs the
    participants of the end. Raises Invalid (`attachment_not_usable`).
    """
    media_ids = [each["media_id"] for each in given]
    _refuse(sorted({media_id for media_id in media_ids if media_ids.count(media_id) > 1}))
    try:
        found = use_service.attach(
            actor,
            media_ids,
            subject=subject(message_id),
            role=ROLE,
            kinds=KINDS,
            processing=True,
            field=FIELD,
        )
    except Invalid as problem:
        raise _not_usable(problem.details[FIELD]) from None
    _refuse([media.id for media in found if media.visibility != PRIVATE])
    shown = []
    for place, (each, media) in enumerate(zip(given, found, strict=True)):
        name = _name(each.get("name"), media)
        key = {"message_id": message_id, "place": place, "conversation_id": conversation_id, "seq": seq}
        db.append(MessageAttachmentRow, **key, media_id=media.id, name=name)
        shown.append(presenters.attachment(media, name))
    return shown


def purge(message_id: str) -> None:
    """Detach the files of a deleted message in the running transaction; those that nothing else has are deleted."""
    use_service.detach(subject(message_id), at_once=True)
    queries.remove(message_id)


def _refuse(media_ids: list[str]) -> None:
    """Raise Invalid if there are such files: the address of a public one would not end with the message."""
    if media_ids:
        raise _not_usable(media_ids)


def _not_usable(media_ids: list[str]) -> Invalid:
    message = "Attach private files of yours that are not rejected, each once."
    return Invalid(message, code="attachment_not_usable", details={FIELD: media_ids})


def _name(given: str | None, media: Media) -> str | None:
    extensions = KINDS[media.kind].extensions(media.content_type)
    return filenames.safe(given, default=media.kind, extensions=extensions) if given else None


def _may_see(actor: Actor, message_id: str) -> bool:
    return queries.may_read(actor.id, message_id)


def _rooms(_: str) -> list[str]:
    """Return no rooms: participants receive the message as it is then, which shows the file."""
    return []


def _removed(message_id: str, media_id: str) -> None:
    queries.remove(message_id, media_id)
    job_registry.enqueue(FOLLOW, message_id=message_id, change=EDITED)


def _processed(message_id: str, _: str) -> None:
    job_registry.enqueue(FOLLOW, message_id=message_id, change=READY)


SUBJECTS = SubjectKind(_may_see, _rooms, removed=_removed, processed=_processed)
