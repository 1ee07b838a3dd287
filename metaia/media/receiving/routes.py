"""The three routes that receive a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import orjson
from flask import Response
from gevent.lock import BoundedSemaphore

from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, TooLarge, TooMany, Unavailable, Unreadable, UnsupportedMedia
from metaia.core.http import idempotency
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import UPLOAD
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.media import presenters, waiting
from metaia.media.kinds import KINDS, Kind
from metaia.media.queries import Media
from metaia.media.receiving import schemas, service
from metaia.media.receiving.reading import Upload, received
from metaia.media.schemas import OneMedia
from metaia.media.state import DELETED, PROCESSING

blp = Blueprint(
    "upload", __name__, url_prefix="/api/upload", description="Pictures, documents and voice messages"
)
SUMMARIES = {
    "image": "Upload a picture: JPEG, PNG or WebP, at most 5 MB.",
    "document": "Upload a document: PDF, DOCX, XLSX, text or CSV, at most 10 MB.",
    "voice": "Upload a voice message, at most 10 MB and 10 minutes.",
}
# Uploads that this process stores at once. Others wait without a connection to the database: those of one user wait for
# each other (quotas/service.py:charge), and would otherwise take all connections from other requests.
STORING = BoundedSemaphore(4)
FAILS = (Unreadable, Forbidden, TooLarge, UnsupportedMedia, TooMany, Unavailable)


def _declare(kind: Kind) -> None:
    blp.endpoint(
        "POST",
        f"/{kind.name}",
        query=schemas.UploadQuery,
        content=schemas.content(kind.name),
        returns=OneMedia,
        status=201,
        also_returns=(
            202,
            OneMedia,
            "Received, and still being processed; `upload:updated` follows.",
        ),
        limit=UPLOAD.with_file(kind.max_size),
        idempotent=True,
        fails=FAILS,
    )(_view(kind))


def _view(kind: Kind) -> Callable[[Json], Response]:
    def view(query: Json) -> Response:
        with received(kind, query) as upload:
            service.require_folder(current(), upload.folder)
            with STORING:
                stored = idempotency.run(upload.identity, partial(_store, upload))
        return _processed(stored, query["wait"])

    view.__name__ = view.__qualname__ = kind.name
    view.__doc__ = SUMMARIES[kind.name]
    return view


def _store(upload: Upload) -> Response:
    return _answer(service.store(current(), upload))


def _processed(stored: Response, seconds: float) -> Response:
    """Return the answer about a stored file as soon as it is processed, at the latest after `seconds`.

    `stored` is the answer of the commit, which a repeated request gets from the stored one. Raises the file's refusal.
    """
    media_id = orjson.loads(stored.get_data())["data"]["media"]["id"]
    media = waiting.until_processed(media_id, current().id, seconds)
    if media is None or media.status == DELETED:
        return stored
    if (problem := waiting.refusal(media)) is not None:
        raise problem
    response = _answer(media)
    if idempotency.REPLAYED in stored.headers:
        response.headers[idempotency.REPLAYED] = stored.headers[idempotency.REPLAYED]
    return response


def _answer(media: Media) -> Response:
    status = 202 if media.status == PROCESSING else 201
    return answer_versioned(media.version, status=status, media=presenters.shown(media, current()))


for _kind in KINDS.values():
    _declare(_kind)
