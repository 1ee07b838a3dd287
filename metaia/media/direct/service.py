"""Signing and completing a direct upload. The quota is reserved from the signature on, and given back if it expires."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from flask import current_app

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import (
    Conflict,
    Forbidden,
    Gone,
    NotFound,
    TooLarge,
    Unavailable,
    declare,
)
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.media import policy, publish
from metaia.media import queries as media_queries
from metaia.media import service as media_service
from metaia.media.kinds import KINDS, PUBLIC, Kind, visibility
from metaia.media.models import MediaRow
from metaia.media.queries import Media
from metaia.media.quotas import service as quota_service
from metaia.media.receiving.spool import unsupported
from metaia.media.renditions import EXTENSIONS
from metaia.media.state import DELETED, PENDING, PROCESSING
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.storage import keys, registry
from metaia.providers.storage.interface import UploadAddress

ADDRESS_LIFE = timedelta(minutes=15)
PENDING_LIFE = timedelta(hours=1)  # longer than an address: a phone may still be sending
ALIASES = {
    "image/jpg": "image/jpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "audio/mp3": "audio/mpeg",
}
declare(
    {
        "not_uploaded": "The store has no file of the signed size yet: send it, then complete the upload again.",
        "already_completed": "The upload was completed with other bytes.",
        "storage_unavailable": "The store of files does not answer: try again later.",
    }
)


def sign(actor: Actor, body: Json) -> tuple[Media, UploadAddress]:
    """Reserve the quota of a file, and return its pending media object and what the client must send.

    Raises Forbidden (folder), UnsupportedMedia, TooLarge (of the kind) and TooMany (`quota_exceeded`).
    """
    kind = KINDS[body["kind"]]
    type_ = _accepted_type(kind, body["content_type"])
    if body["size"] > kind.max_size:
        raise TooLarge(f"The file may have at most {kind.max_size} bytes.", details={"limit": kind.max_size})
    if not policy.may_use_folder(actor, body["folder"]):
        raise Forbidden("Only partners may use this folder.")
    moment, store = now(), registry.store(current_app)
    media = _pending(actor, body, type_, store.name, moment)
    address = store.upload_address(
        str(media.incoming_key), content_type=type_, size=body["size"], expires_at=moment + ADDRESS_LIFE
    )
    with db.transaction():
        quota_service.charge(actor, body["size"])
        db.append(MediaRow, **{name: getattr(media, name) for name in media_queries.COLUMNS})
        publish.updated(media)
    return media, address


def complete(actor: Actor, media_id: str, sha256: str | None = None) -> Media:
    """Begin to process a sent file, and return it; a repeated call returns it as it is.

    Raises problems with status 403, 404, 409 (`not_uploaded`, `already_completed`), 410 and 503.
    """
    media = _require_own(actor, media_queries.by_id(media_id))
    if media.status != PENDING:
        return _completed(media, sha256)
    if not _is_there(media):
        raise Conflict("The file has not been sent, or with another size.", code="not_uploaded")
    with db.transaction():
        media = _require_own(actor, media_queries.to_change(media_id))
        if media.status != PENDING:
            return _completed(media, sha256)
        return begin_processing(media, sha256)


def begin_processing(media: Media, sha256: str | None = None) -> Media:
    """Process a row-locked pending media object, in the running transaction; return it."""
    media_service.enqueue_processing(media.id)
    known: dict[str, Any] = {} if sha256 is None else {"sha256": bytes.fromhex(sha256)}
    return media_service.change(media, status=PROCESSING, due_at=now() + media_service.OVERDUE, **known)


def is_uploaded(media: Media) -> bool:
    """Return whether the store has a file of the signed size. Raises Temporary, Permanent and Technical."""
    if media.incoming_key is None:
        return False
    stored = registry.store(current_app, media.store).find(media.incoming_key)
    return stored is not None and stored.size == media.size


def _is_there(media: Media) -> bool:
    try:
        return is_uploaded(media)
    except (Temporary, Permanent, Technical):
        raise Unavailable(
            "The store of files does not answer.", code="storage_unavailable", retry_after=5
        ) from None


def _accepted_type(kind: Kind, given: str) -> str:
    """Return a content type as the tables name it. Raises UnsupportedMedia."""
    type_ = given.partition(";")[0].strip().lower()
    type_ = ALIASES.get(type_, type_)
    if type_ not in kind.types:
        raise unsupported(kind, type_)
    return type_


def _pending(actor: Actor, body: Json, type_: str, store: str, moment: datetime) -> Media:
    seen_by = visibility(body["kind"], body["folder"], wished=body["visibility"])
    return Media(
        id=new_id(),
        owner_id=actor.id,
        kind=body["kind"],
        folder=body["folder"],
        visibility=seen_by,
        status=PENDING,
        filename=PurePosixPath(body["filename"].replace("\\", "/")).name or "file",
        alt=body["alt"],
        content_type=type_,
        store=store,
        key=keys.new_prefix(public=seen_by == PUBLIC),
        incoming_key=keys.new_incoming(EXTENSIONS[type_]),
        size=body["size"],
        sha256=None if body["sha256"] is None else bytes.fromhex(body["sha256"]),
        charged=body["size"],
        tries=0,
        version=1,
        created_at=moment,
        updated_at=moment,
        due_at=moment + PENDING_LIFE,
    )


def _require_own(actor: Actor, media: Media | None) -> Media:
    if media is None:
        raise NotFound("There is no such file.")
    if media.owner_id != actor.id:
        raise Forbidden("This file is not yours.")
    if media.status == DELETED:
        raise Gone("This file was deleted.")
    return media


def _completed(media: Media, sha256: str | None) -> Media:
    if sha256 is not None and media.sha256 is not None and media.sha256.hex() != sha256:
        raise Conflict("The upload was completed with other bytes.", code="already_completed")
    return media
