"""Media of the tests with bytes in the store, and their addresses at the server of the tests."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask

from metaia.media import queries, renditions
from metaia.media.kinds import IMAGE
from metaia.media.queries import Media
from metaia.media.renditions import FULL, FULL_JPEG, LARGE, MEDIUM, ORIGINAL, SMALL, Rendition
from metaia.providers.storage import keys, registry
from tests.support.media import insert_media
from tests.support.people import Person

WIDTHS = {FULL: 2000, LARGE: 1280, MEDIUM: 640, SMALL: 160, FULL_JPEG: 2000}
MAGIC = {"image/webp": b"RIFF", "image/jpeg": b"\xff\xd8\xff"}  # Cloudinary refuses images that are none
TYPES = {"document": "application/pdf", "voice": "audio/ogg"}


def current(media_id: str) -> Media:
    """Return a media object as it is now."""
    found = queries.by_id(media_id)
    assert found is not None
    return found


def locked(media_id: str) -> Media:
    """Return a media object as it is now, row-locked."""
    found = queries.to_change(media_id)
    assert found is not None
    return found


def put(app: Flask, key: str, content: bytes) -> None:
    """Store bytes at a key of the application's store."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file")
        file.write_bytes(content)
        registry.store(app).put(key, file, "application/octet-stream")


def stored(
    app: Flask,
    owner: Person,
    *,
    kind: str = IMAGE,
    folder: str = "general",
    size: int = 1_000_000,
    **fields: Any,
) -> Media:
    """Return a new media object of `owner` with random bytes in the store, `size` of them for each rendition."""
    is_public = kind == IMAGE and folder != "general"
    prefix = keys.new_prefix(public=is_public)
    found = dict(_renditions(app, prefix, kind, size))
    store = {"store": app.config["STORAGE"], "key": prefix, "renditions": renditions.as_json(found)}
    fields = store | fields
    return insert_media(owner, kind=kind, folder=folder, **fields)


def _renditions(app: Flask, prefix: str, kind: str, size: int) -> Any:
    for variant in WIDTHS if kind == IMAGE else (ORIGINAL,):
        type_ = TYPES.get(kind) or ("image/jpeg" if variant == FULL_JPEG else "image/webp")
        key = renditions.key(prefix, variant, type_)
        width = WIDTHS.get(variant)
        height = width if variant == SMALL else width and width // 2
        content = MAGIC.get(type_, b"")
        content += os.urandom(size - len(content))
        put(app, key, content)
        yield variant, Rendition(key, type_, len(content), width, height)


def content(app: Flask, media: Media, variant: str) -> bytes:
    """Return the stored bytes of a rendition."""
    key = renditions.load(media.renditions)[variant].key
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file")
        assert registry.store(app).fetch(key, file, limit=100_000_000)
        return file.read_bytes()


def at(server_url: str, address: str) -> str:
    """Return an address of the local store as one of the server of the tests."""
    parts = urlsplit(address)
    return f"{server_url}{parts.path}?{parts.query}"


def fetch(server_url: str, address: str, method: str = "GET", **options: Any) -> requests.Response:
    """Request a file without a token."""
    return requests.request(method, at(server_url, address), timeout=30, **options)
