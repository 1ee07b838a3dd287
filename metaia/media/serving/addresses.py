"""Addresses of the renditions of a media object."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from flask import current_app

from metaia.core.times import now
from metaia.media import queries, renditions
from metaia.media.kinds import DOCUMENT, PUBLIC
from metaia.media.queries import Media
from metaia.media.renditions import EXTENSIONS, FULL, FULL_JPEG, MEDIUM, ORIGINAL, SQUARE, Rendition
from metaia.media.state import READY
from metaia.providers.errors import Technical
from metaia.providers.storage import keys, registry
from metaia.providers.storage.interface import ReadAddress

LIFE = timedelta(minutes=10)  # of the address of a private file, at most


@dataclass(frozen=True)
class Address:
    """Where a file is read; a private one until `expires_at`."""

    url: str
    expires_at: datetime | None


def address(media: Media, variant: str, *, download: bool = False) -> Address:
    """Return the address of one rendition. Raises KeyError for a rendition that the object does not have.

    Documents, and with `download` all files, are saved under their name instead of shown.
    """
    stored = renditions.load(media.renditions)[variant]
    # A picture that is shown again has private keys until they are moved.
    is_public = media.visibility == PUBLIC and media.status == READY and keys.is_public(stored.key)
    expires_at = None if is_public else _end()
    filename = _filename(media, stored) if download or media.kind == DOCUMENT else None
    store = registry.store(current_app, media.store)
    wanted = ReadAddress(stored.key, stored.content_type, expires_at, filename)
    return Address(store.read_address(wanted), expires_at)


def public_url(media: Media, variant: str) -> str | None:
    """Return the address of one rendition of a public file; None if it has none, and for a store without settings."""
    try:
        return address(media, variant).url if media.visibility == PUBLIC else None
    except (KeyError, Technical):
        return None


def of_pictures(media_ids: Collection[str]) -> dict[str, str]:
    """Return the addresses of public pictures in medium size, by media id; one that is not ready has none."""
    found: dict[str, str] = {}
    for media in queries.by_ids(media_ids).values() if media_ids else ():
        url = public_url(media, MEDIUM) if media.status == READY else None
        if url is not None:
            found[media.id] = url
    return found


def best(media: Media, *, width: int | None, height: int | None, fit: str, jpeg: bool) -> str:
    """Return the variant that fits best: the smallest one that is large enough, or the largest one. Pure.

    `width` and `height` are those of a box in pixels, which the picture covers (`fit` cover) or lies in (contain).
    """
    stored = renditions.load(media.renditions)
    if ORIGINAL in stored:
        return ORIGINAL
    if jpeg and FULL_JPEG in stored:
        return FULL_JPEG
    if fit == "cover" and width is not None and width == height and width <= (_width(stored.get(SQUARE))):
        return SQUARE
    needed = _needed_width(stored[FULL], width, height, fit)
    usable = {name: _width(it) for name, it in stored.items() if name not in {FULL_JPEG, SQUARE}}
    return min((name for name in usable if usable[name] >= needed), key=usable.__getitem__, default=FULL)


def origins() -> list[str]:
    """Return the origins of the addresses of public and private files, which pages must allow."""
    store = registry.store(current_app)
    samples = (
        ReadAddress("public/0/0.webp", "image/webp"),
        ReadAddress("private/0/0.webp", "image/webp", _end()),
    )
    addresses = [urlsplit(store.read_address(sample)) for sample in samples]
    return sorted({f"{address.scheme}://{address.netloc}" for address in addresses})


def _width(rendition: Rendition | None) -> int:
    return 0 if rendition is None or rendition.width is None else rendition.width


def _needed_width(full: Rendition, width: int | None, height: int | None, fit: str) -> float:
    """Return the width in pixels that a picture needs for a box; that of the full one without a box."""
    by_height = None if height is None or not full.height else height * (full.width or 0) / full.height
    needed = [each for each in (width, by_height) if each is not None]
    if not needed:
        return full.width or 0
    return max(needed) if fit == "cover" else min(needed)


def _end() -> datetime:
    """Return the end of an address made now. It is a whole minute, so that caches see one address for a minute."""
    return (now() + LIFE).replace(second=0, microsecond=0)


def _filename(media: Media, stored: Rendition) -> str:
    """Return the name of a downloaded file. Its extension is that of the stored type, not of the uploaded one."""
    stem = PurePosixPath(media.filename).stem or "file"
    return f"{stem}.{EXTENSIONS[stored.content_type]}"
