"""Routes of addresses, and of the files of the local store."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from werkzeug.wsgi import FileWrapper

from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, Gone
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.views import answer
from metaia.core.openapi.document import Api
from metaia.core.times import rfc3339
from metaia.media.serving import schemas, service
from metaia.media.serving.pieces import ThreadedFile
from metaia.media.serving.service import File
from metaia.providers.storage import disposition

PIECE = 256 * 1024  # bytes; one read of the file system
PUBLIC_SECONDS = 86_400  # for which caches keep a public picture
# A page shows many pictures, and many users share an address.
FILES = READ.limited_to("6000 per minute")
TEXTS = frozenset({"text/plain", "text/csv"})
# The file runs nothing, whatever it has: not even a browser that ignores its content type executes it.
POLICY = "default-src 'none'; sandbox"
api = Blueprint("media_addresses", __name__, url_prefix="/api/upload", description="Uploads and media")
content = Blueprint("media_content", __name__, url_prefix="/api/media", description="Uploads and media")
files = Blueprint("media_files", __name__, url_prefix="/media", description="Files of the local store")


@api.endpoint(
    "GET",
    "/<id:media_id>/url",
    query=schemas.UrlQuery,
    returns=schemas.One,
    limit=READ,
    fails=(Conflict, Forbidden, Gone),
)
def get_url(query: dict[str, Any], media_id: str) -> Response:
    """A fresh address of a file. For pictures: of the smallest rendition that is as large as the box."""
    found = service.url(current(), media_id, query, request.accept_mimetypes)
    return answer(url=found.url, expires_at=rfc3339(found.expires_at))


@api.endpoint("GET", "/urls", query=schemas.UrlsQuery, returns=schemas.Many, limit=READ)
def get_urls(query: dict[str, Any]) -> Response:
    """Fresh addresses of up to 100 files. Access is checked for each one."""
    return answer(urls=service.urls(current(), query["ids"]))


@content.endpoint(
    "GET",
    "/<id:media_id>/content",
    query=schemas.UrlQuery,
    status=303,
    limit=FILES,
    fails=(Conflict, Forbidden, Gone),
)
def get_content(query: dict[str, Any], media_id: str) -> Response:
    """A redirect to a fresh address of a file. This address stays the same, and access is checked at each request."""
    found = service.url(current(), media_id, query, request.accept_mimetypes)
    return Response(status=303, headers={"Location": found.url, "Cache-Control": "no-store"})


@files.endpoint(
    "GET",
    "/<path:key>",
    returns=schemas.FILE,
    content_type="application/octet-stream",
    limit=FILES,
    access=PUBLIC,
    fails=(Forbidden, Gone),
)
def get_file(key: str) -> Response:
    """A file of the local store, for a signed address. Ranges are supported."""
    return _stream(service.file(key, request.args))


def register(app: Flask, api_: Api) -> None:  # noqa: ARG001 - all domains have this signature
    """Register the routes of this part."""
    api_.register_blueprint(api)
    api_.register_blueprint(content)
    api_.register_blueprint(files)


def _stream(file: File) -> Response:
    """Return the answer with a file, which a thread reads piece by piece."""
    response = Response(FileWrapper(ThreadedFile(file.path), PIECE), direct_passthrough=True)  # type: ignore[arg-type]
    type_ = file.rendition.content_type
    response.headers["Content-Type"] = f"{type_}; charset=utf-8" if type_ in TEXTS else type_
    response.content_length = file.rendition.size
    response.headers["Content-Disposition"] = disposition.of(file.filename)
    response.headers["Cache-Control"] = _cache_control(file.ends_in)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Content-Security-Policy"] = POLICY
    response.set_etag(file.rendition.key)  # a key never holds other bytes
    response.make_conditional(request, accept_ranges=True, complete_length=file.rendition.size)
    return response


def _cache_control(ends_in: int | None) -> str:
    if ends_in is None:
        return f"public, max-age={PUBLIC_SECONDS}"
    return f"private, max-age={ends_in}"
