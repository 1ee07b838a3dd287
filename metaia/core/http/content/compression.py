"""Compression of answers: zstd, or gzip for clients without it.

BREACH (2013): if one body has a secret and text of an attacker, its compressed size discloses the secret to an attacker
that can cause the request. So routes with `secret=True` and pages that a cookie authenticates are never compressed.
ETags stay as they are: `If-Match` names a version of the row, whatever the encoding.
"""

from __future__ import annotations

import gzip
import sys
from functools import lru_cache

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from metaia.core import threads
from metaia.core.http import endpoint
from metaia.core.http.request_hooks import AUTHENTICATORS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ZSTD, GZIP = "zstd", "gzip"
# Bytes. Measured: an order of 839 bytes leaves 67 %, which saves no packet; 100 orders (62 kB) leave 6 % in 46 µs.
SMALLEST = 1_200
# Bytes. gzip takes 3 ms for each million: a thread compresses more than this, and the event loop is not held.
LARGE = 500_000
FAST, BEST = {ZSTD: 1, GZIP: 1}, {ZSTD: 12, GZIP: 9}
KINDS = frozenset(
    {
        *("application/json", "application/xml", "image/svg+xml"),
        *("text/css", "text/csv", "text/html", "text/javascript", "text/plain"),
    }
)


def init_app(app: Flask) -> None:
    """Register the hook before all other hooks, because Flask calls the first one last."""
    app.after_request(_compress)


def preferred() -> str | None:
    """Return the encoding in which the client of the current request prefers its answer, or None for none."""
    return _preferred(request.headers.get("Accept-Encoding", ""))


def encode(content: bytes, encoding: str, *, level: dict[str, int] = FAST) -> bytes:
    """Return `content` in an encoding."""
    if encoding == ZSTD:
        return zstd.compress(content, level[ZSTD])
    return gzip.compress(content, level[GZIP], mtime=0)


def _compress(response: Response) -> Response:
    if not response.is_sequence:  # a stream; Werkzeug's method for its length would read it
        return response
    size = response.calculate_content_length()
    if size is None or size < SMALLEST or not _is_compressible(response):
        return response
    response.vary.add("Accept-Encoding")
    if (encoding := preferred()) is not None:
        response.set_data(_encoded(response.get_data(), encoding))
        response.headers["Content-Encoding"] = encoding
    return response


def _encoded(content: bytes, encoding: str) -> bytes:
    if len(content) <= LARGE:
        return encode(content, encoding)
    return threads.call(encode, content, encoding)


def _is_compressible(response: Response) -> bool:
    return (
        response.mimetype in KINDS
        and response.status_code not in {204, 206, 304}
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and not _has_secret()
    )


def _has_secret() -> bool:
    """Return whether the answer may have a secret: by its declaration, or because it is a page with a CSRF token."""
    if request.endpoint is None:
        return False
    declared = endpoint.of(current_app.view_functions[request.endpoint])
    return declared.secret or (not declared.public and request.blueprint in AUTHENTICATORS.current())


@lru_cache(1_000)
def _preferred(header: str) -> str | None:
    accepted = {name.lower(): quality for name, quality in parse_accept_header(header, Accept)}
    gzipped = max(accepted.get(name, 0.0) for name in (GZIP, "x-gzip"))
    if GZIP not in accepted:
        gzipped = max(gzipped, accepted.get("*", 0.0))
    best = max(gzipped, accepted.get(ZSTD, 0.0))
    if best <= 0 or accepted.get("identity", 0.0) > best:
        return None
    return ZSTD if accepted.get(ZSTD, 0.0) == best else GZIP
