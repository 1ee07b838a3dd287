"""Personal data in media: the export of a user's list, and the deletion of all files when an account is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.jobs import registry as job_registry
from metaia.media import presenters, queries, service
from metaia.media.models import MediaRow
from metaia.media.state import DELETED
from metaia.media.uses import service as use_service

ERASE = "metaia.media.erasure.jobs.delete_files_of_deleted_users"
BATCH, PAGE_SIZE = 20, 100  # rows
BLANK = "deleted"  # the name of a file of a deleted user


def request_erasure(user_id: str) -> None:  # noqa: ARG001 - the job finds every file that is due
    """Enqueue the deletion of a deleted user's files, in the running transaction."""
    job_registry.enqueue(ERASE)


def delete_files() -> int:
    """Delete the files of deleted users everywhere; return their number. Each batch commits."""
    done = 0
    while media_ids := queries.of_deleted_users(BATCH):
        with db.transaction():
            for media_id in media_ids:
                erase(media_id)
        done += len(media_ids)
    return done


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the media of a user, without addresses, a page at a time."""
    cursor: str | None = None
    while True:
        filters = {"owner_id": actor.id}
        rows, cursor = queries.page(filters=filters, sort="createdAt", limit=PAGE_SIZE, cursor=cursor)
        yield [presenters.common(media) for media in rows]
        if cursor is None:
            return


def erase(media_id: str) -> None:
    """Delete one file with its name and text, which a deleted row would keep, in the running transaction."""
    media = use_service.to_delete(media_id)
    if media is None or media.status == DELETED:
        return
    db.execute(update(MediaRow).where(MediaRow.id == media_id).values(filename=BLANK, alt=None))
    service.delete(replace(media, filename=BLANK, alt=None))
