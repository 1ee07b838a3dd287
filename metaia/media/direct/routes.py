"""Routes of direct uploads."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from metaia.core.access.actor import current
from metaia.core.errors import (
    Conflict,
    Forbidden,
    Gone,
    TooLarge,
    TooMany,
    Unavailable,
    Unreadable,
    UnsupportedMedia,
)
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, UPLOAD, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.openapi.document import Api
from metaia.core.times import rfc3339
from metaia.media import presenters, waiting
from metaia.media.direct import incoming, schemas, service
from metaia.media.state import PROCESSING
from metaia.providers.storage.interface import UploadAddress

# The address is signed for one file of one user, and 30 files a minute can be signed.
INCOMING = UPLOAD.limited_to("600 per minute")
api = Blueprint("direct_uploads", __name__, url_prefix="/api/upload", description="Uploads and media")
files = Blueprint(
    "incoming_files", __name__, url_prefix="/media/incoming", description="Files of the local store"
)


@api.endpoint(
    "POST",
    "/sign",
    body=schemas.Sign,
    example=schemas.EXAMPLE,
    returns=schemas.Signed,
    status=201,
    limit=UPLOAD.with_body(WRITE.max_body),
    fails=(UnsupportedMedia, TooLarge, TooMany, Forbidden),
    secret=True,
    idempotent=True,
)
def sign(body: dict[str, Any]) -> Response:
    """An address for one file, which the client sends to the store itself within 15 minutes."""
    # An answer that is stored for its key has a secret, of one file and 15 minutes.
    media, address = service.sign(current(), body)
    return answer(status=201, media=presenters.shown(media, current()), upload=_upload(address))


@api.endpoint(
    "POST",
    "/<id:media_id>/complete",
    query=schemas.WaitQuery,
    body=schemas.Complete,
    example={"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    returns=schemas.Completed,
    also_returns=(202, schemas.Completed, "The file is being processed."),
    limit=WRITE,
    fails=(Conflict, Forbidden, Gone, Unavailable, UnsupportedMedia),
)
def complete(query: dict[str, Any], body: dict[str, Any], media_id: str) -> Response:
    """The file was sent: process it. Repeated calls get the same answer; that of a rejected file is its refusal."""
    media = service.complete(current(), media_id, body["sha256"])
    media = waiting.until_processed(media.id, media.owner_id, query["wait"]) or media
    if (problem := waiting.refusal(media)) is not None:
        raise problem
    status = 202 if media.status == PROCESSING else 200
    return answer_versioned(media.version, status=status, media=presenters.shown(media, current()))


@files.endpoint(
    "PUT",
    "/<string:upload_token>",
    status=204,
    limit=INCOMING,
    access=PUBLIC,
    fails=(Unreadable, Forbidden, Conflict, Gone, TooLarge, Unavailable),
)
def put(upload_token: str) -> Response:
    """A file for the local store, with a signed address: exactly the signed size and content type, once."""
    incoming.receive(request, upload_token)
    return Response(status=204)


def register(app: Flask, api_: Api) -> None:  # noqa: ARG001 - all domains have this signature
    """Register the routes of this part."""
    api_.register_blueprint(api)
    api_.register_blueprint(files)


def _upload(address: UploadAddress) -> dict[str, Any]:
    return {
        "method": address.method,
        "url": address.url,
        "headers": address.headers,
        "fields": address.fields,
        "expiresAt": rfc3339(address.expires_at),
    }
