"""Storing a received file: quota, row, bytes, job and event commit together."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.media import policy, publish
from metaia.media import service as media_service
from metaia.media.kinds import PUBLIC, visibility
from metaia.media.models import MediaPartRow, MediaRow
from metaia.media.queries import COLUMNS, Media
from metaia.media.quotas import service as quota_service
from metaia.media.receiving.reading import Upload
from metaia.media.state import PROCESSING
from metaia.providers.storage import keys

_insert_part = insert(MediaPartRow)


def require_folder(actor: Actor, folder: str) -> None:
    """Raise Forbidden unless `actor` may put files into `folder`."""
    if not policy.may_use_folder(actor, folder):
        raise Forbidden("Only partners have files in this folder.")


def store(actor: Actor, upload: Upload) -> Media:
    """Store a received file in the running transaction, and return its row. Raises TooMany (`quota_exceeded`).

    The bytes are sent in parts, so that no statement keeps the event loop for long.
    """
    media = _row(actor, upload)
    quota_service.charge(actor, media.charged)
    db.execute(insert(MediaRow).values(**{name: getattr(media, name) for name in COLUMNS}))
    for number, part in enumerate(upload.spool.parts()):
        db.execute(_insert_part, {"media_id": media.id, "no": number, "body": part})
    media_service.enqueue_processing(media.id)
    publish.updated(media)
    return media


def _row(actor: Actor, upload: Upload) -> Media:
    spool, moment = upload.spool, now()
    chosen = visibility(spool.kind.name, upload.folder, wished=upload.visibility)
    return Media(
        id=new_id(),
        owner_id=actor.id,
        kind=spool.kind.name,
        folder=upload.folder,
        visibility=chosen,
        status=PROCESSING,
        filename=upload.filename,
        alt=upload.alt,
        content_type=spool.content_type,
        store=current_app.config["STORAGE"],
        key=keys.new_prefix(public=chosen == PUBLIC),
        size=spool.size,
        sha256=spool.sha256,
        charged=spool.size,
        tries=0,
        version=1,
        created_at=moment,
        updated_at=moment,
        due_at=moment + media_service.OVERDUE,
    )
