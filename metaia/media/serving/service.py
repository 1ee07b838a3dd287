"""Fresh addresses for readers with access, and the files of the local store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from werkzeug.datastructures import MIMEAccept

from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, Gone, NotFound, Problem, declare
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.media import queries as media_queries
from metaia.media import renditions
from metaia.media.kinds import DOCUMENT, IMAGE, PRIVATE
from metaia.media.policy import MEDIA_READ
from metaia.media.queries import Media
from metaia.media.renditions import EXTENSIONS, FULL, ORIGINAL, THUMBNAILS, Rendition
from metaia.media.serving import addresses, queries
from metaia.media.serving.addresses import Address
from metaia.media.serving.schemas import AUTO, JPEG
from metaia.media.state import DELETED, HIDDEN, READY
from metaia.media.uses import access
from metaia.providers.storage import registry
from metaia.providers.storage.interface import INCOMING, ReadAddress
from metaia.providers.storage.signed_addresses import Expired, Refused

SERVED = frozenset({READY, HIDDEN})  # staff alone get addresses of hidden files
declare(
    {
        "address_refused": "The signature of a file's address is missing or wrong.",
        "address_expired": "A private file's address is valid for ten minutes: get a fresh one.",
        "no_address": "The file has no address yet, or was rejected.",
    }
)


@dataclass(frozen=True)
class File:
    """A file to serve. `filename` makes it a download, `ends_in` are the seconds left of a private address."""

    path: Path
    rendition: Rendition
    filename: str | None
    ends_in: int | None


def url(actor: Actor, media_id: str, wanted: Json, accept: MIMEAccept) -> Address:
    """Return the address of the rendition that fits `wanted` best.

    Raises the problems of `access.read`, and Conflict (`no_address`).
    """
    media = _ready(access.read(actor, media_id))
    box = {name: wanted[name] for name in ("width", "height", "fit")}
    variant = addresses.best(media, **box, jpeg=_is_jpeg(wanted["format"], accept))
    return addresses.address(media, variant, download=wanted["download"])


def urls(actor: Actor, media_ids: Sequence[str]) -> list[Json]:
    """Return fresh addresses by id, in this order; for a file without them, the code of the error."""
    found = media_queries.by_ids(media_ids)
    return [_addresses(actor, media_id, found.get(media_id)) for media_id in media_ids]


def file(key: str, query: Mapping[str, str]) -> File:
    """Return the file of a signed address of the local store.

    Raises problems with status 403 (a wrong or expired address), 410 (deleted or hidden) and 404.
    """
    store = registry.local(current_app)
    granted = _granted(key, query)
    served = queries.by_key(key)
    if served is None:
        raise NotFound("There is no such file.")
    # A hidden picture is read by staff only, with addresses that expire.
    if served.status == DELETED or (served.status == HIDDEN and granted.expires_at is None):
        raise Gone("This file was deleted or hidden.")
    path = store.path(key)
    if served.rendition is None or path is None or served.rendition.content_type not in EXTENSIONS:
        raise NotFound("There is no such file.")
    ends_in = None if granted.expires_at is None else int((granted.expires_at - now()).total_seconds())
    filename = granted.filename or (path.name if served.kind == DOCUMENT else None)
    return File(path, served.rendition, filename, ends_in)


def _granted(key: str, query: Mapping[str, str]) -> ReadAddress:
    """Return what an address grants. Raises Forbidden."""
    if key.startswith(INCOMING):  # clients can write there again
        raise Forbidden("The address is not valid.", code="address_refused")
    try:
        return registry.local(current_app).signer.verify_read(key, query, at=now())
    except Expired:
        raise Forbidden("The address has expired: get a fresh one.", code="address_expired") from None
    except Refused:
        raise Forbidden("The address is not valid.", code="address_refused") from None


def _ready(media: Media) -> Media:
    if media.status not in SERVED:
        raise Conflict("The file is not ready.", code="no_address", details={"status": media.status})
    return media


def _is_jpeg(wanted: str, accept: MIMEAccept) -> bool:
    """Return whether a client needs JPEG: it names types of images, and WebP is not accepted by any of its ranges."""
    if wanted != AUTO:
        return wanted == JPEG
    return "image/" in accept.to_header() and not accept["image/webp"]


def _addresses(actor: Actor, media_id: str, media: Media | None) -> Json:
    try:
        media = _ready(_read(actor, media_id, media))
    except Problem as problem:
        return {"id": media_id, "url": None, "thumbnails": None, "urlExpiresAt": None, "error": problem.code}
    stored = renditions.load(media.renditions)
    main = addresses.address(media, FULL if media.kind == IMAGE else ORIGINAL)
    thumbnails = {name: addresses.address(media, name).url if name in stored else None for name in THUMBNAILS}
    return {
        "id": media_id,
        "url": main.url,
        "thumbnails": thumbnails if media.kind == IMAGE else None,
        "urlExpiresAt": rfc3339(main.expires_at),
        "error": None,
    }


def _read(actor: Actor, media_id: str, media: Media | None) -> Media:
    """Return a media object as `access.read` does, without reading the row again unless the read is audited."""
    found = access.require_present(actor, media)
    if actor.may(MEDIA_READ) and found.visibility == PRIVATE:
        return access.read(actor, media_id)
    if not access.may_see(actor, found):
        raise Forbidden("This file is not yours.")
    return found
