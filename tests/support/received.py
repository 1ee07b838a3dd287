"""Media of the tests that is received and not processed yet, and what has become of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from metaia.core import db
from metaia.core.times import now
from metaia.media import queries, renditions
from metaia.media.models import PART_SIZE, MediaPartRow, MediaTrashRow
from metaia.media.queries import Media
from metaia.media.state import PROCESSING
from metaia.providers.storage import registry
from tests.support.media import insert_media
from tests.support.people import Person

IMAGE, DOCUMENT, VOICE = "image", "document", "voice"


def receive(owner: Person, kind: str, content_type: str, body: bytes, **fields: Any) -> Media:
    """Insert a file as the upload routes do: its row, its bytes as parts, and the charge."""
    incoming = fields.get("incoming_key")
    media = insert_media(
        owner,
        kind=kind,
        **{
            "status": PROCESSING,
            "content_type": content_type,
            "renditions": None,
            "key": None,
            "size": len(body),
            "sha256": hashlib.sha256(body).digest(),
            "charged": len(body),
            "tries": 0,
            "due_at": now(),
        }
        | fields,
    )
    with db.transaction():
        for number, start in enumerate(range(0, 0 if incoming else len(body), PART_SIZE)):
            values = {"media_id": media.id, "no": number, "body": body[start : start + PART_SIZE]}
            db.execute(insert(MediaPartRow).values(**values))
    return media


def now_of(media: Media) -> Media:
    """Return the current state of a media object."""
    found = queries.by_id(media.id)
    assert found is not None
    return found


def parts_of(media: Media) -> int:
    """Return how many parts a file still has."""
    return len(db.fetch_all(select(MediaPartRow.no).where(MediaPartRow.media_id == media.id)))


def trashed(media: Media) -> set[str]:
    """Return the keys of a media object in the trash."""
    rows = db.fetch_all(select(MediaTrashRow.key).where(MediaTrashRow.media_id == media.id))
    return {row.key for row in rows}


def served(media: Media) -> set[str]:
    """Return the keys of the renditions."""
    return {rendition.key for rendition in renditions.load(now_of(media).renditions).values()}


def stored(app: Flask) -> set[str]:
    """Return all keys in the store."""
    return {found.key for found in registry.store(app).listed()}


def body_of(app: Flask, key: str, folder: Path) -> bytes:
    """Return the bytes at a key of the store."""
    file = folder / "fetched"
    assert registry.store(app).fetch(key, file, limit=100_000_000)
    return file.read_bytes()
