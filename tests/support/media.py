"""Media of the tests, as rows: for tests of what happens after an upload."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import gevent
from flask import Flask
from sqlalchemy import insert

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.media import queries, renditions, service
from metaia.media.kinds import IMAGE, visibility
from metaia.media.models import MediaRow
from metaia.media.queries import Media
from metaia.media.quotas import service as quota_service
from metaia.media.renditions import FULL, LARGE, MEDIUM, ORIGINAL, SMALL, Rendition
from metaia.media.state import READY
from tests.support.people import Person

IMAGES = (FULL, LARGE, MEDIUM, SMALL)


def insert_media(owner: Person, *, kind: str = IMAGE, folder: str = "general", **fields: Any) -> Media:
    """Insert a media object of `owner` that is ready and attached to nothing; charge its owner. No store has bytes."""
    media_id, moment = new_id(), now()
    names = IMAGES if kind == IMAGE else (ORIGINAL,)
    type_ = "image/webp" if kind == IMAGE else "application/pdf" if kind == "document" else "audio/ogg"
    key = _key(media_id, visibility(kind, folder))
    stored = {name: Rendition(renditions.key(key, name, type_), type_, 250, 4, 3) for name in names}
    row: dict[str, Any] = {
        "id": media_id,
        "owner_id": owner.id,
        "kind": kind,
        "folder": folder,
        "visibility": visibility(kind, folder),
        "status": READY,
        "filename": "file",
        "content_type": type_,
        "store": "local",
        "key": key,
        "size": 1000,
        "sha256": bytes(32),
        "renditions": renditions.as_json(stored),
        "charged": 1000,
        "tries": 1,
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "due_at": moment.replace(year=moment.year + 1),
    } | fields
    with db.transaction():
        db.execute(quota_service.INSERT, {"user_id": owner.id})
        db.execute(quota_service.REFUND, {"user_id": owner.id, "size": -row["charged"], "files": -1})
        db.execute(insert(MediaRow).values(**row))
    media = queries.by_id(media_id)
    assert media is not None
    return media


def _key(media_id: str, seen_by: str) -> str:
    return f"{seen_by}/{hashlib.sha256(media_id.encode()).hexdigest()[:32]}"


def in_parallel(app: Flask, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run `calls` at the same time, each with an application context; return their results."""

    def run(call: Callable[[], Any]) -> Any:
        with app.app_context():
            return call()

    tasks = [gevent.spawn(run, call) for call in calls]
    gevent.joinall(tasks, timeout=30, raise_error=True)
    return [task.get(block=False) for task in tasks]


def process(media_id: str, **changes: Any) -> Media:
    """End the processing of an upload, as the job does: ready, or with the given status and reason."""
    with db.transaction():
        media = queries.to_change(media_id)
        assert media is not None
        key = _key(media_id, media.visibility)
        stored = {
            name: Rendition(renditions.key(key, name, "image/webp"), "image/webp", 250, 4, 3)
            for name in IMAGES
        }
        done = {"status": READY, "renditions": renditions.as_json(stored), "due_at": media.created_at}
        return service.change(media, **(done | changes))
