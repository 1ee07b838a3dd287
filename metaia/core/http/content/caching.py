"""How long caches keep an answer. The default is not at all: core/http/edge/security_headers.py."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

import gevent
from flask import Flask, Response, current_app, request
from gevent.lock import BoundedSemaphore

from metaia.core.http.content import compression

FOREVER = "public, max-age=31536000, immutable"  # a year, for addresses with a hash of the content
CHECKED = "public, no-cache"  # caches ask each time, and get 304 if nothing has changed
_building = BoundedSemaphore()  # documents share what they are made of
UNCHANGED = (304, None, "Unchanged since the answer with the ETag in `If-None-Match`.")


class Document:
    """The answer of a view that is the same for all callers, and its compressed forms."""

    def __init__(self, built: Response) -> None:
        built.add_etag(weak=True)  # of all its encodings
        self._mimetype, self._etag = built.mimetype, built.get_etag()[0] or ""
        self._encoded: dict[str | None, bytes] = {None: built.get_data()}

    def respond(self) -> Response:
        """Answer the current request: with 304 if the client has this document."""
        response = Response(mimetype=self._mimetype)
        response.headers["Cache-Control"] = CHECKED
        response.vary.add("Accept-Encoding")
        response.set_etag(self._etag, weak=True)
        response.make_conditional(request)
        if response.status_code != UNCHANGED[0]:
            encoding = compression.preferred()
            response.set_data(self._in_encoding(encoding))
            if encoding is not None:
                response.headers["Content-Encoding"] = encoding
        return response

    def _in_encoding(self, encoding: str | None) -> bytes:
        """Return the text in an encoding: made once, in a thread, because it takes up to 20 ms."""
        if encoding is not None and encoding not in self._encoded:
            threads, options = gevent.get_hub().threadpool, {"level": compression.BEST}
            self._encoded[encoding] = threads.apply(
                compression.encode, (self._encoded[None], encoding), options
            )
        return self._encoded[encoding]


def built_once(view: Callable[[], Any]) -> Callable[[], Response]:
    """Call a view once per application, because its answer never changes. Caches check the answer by its `ETag`.

    The view runs in a thread, because a document takes up to a second.
    """
    documents: WeakKeyDictionary[Flask, Document] = WeakKeyDictionary()

    @wraps(view)
    def respond() -> Response:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy is no key
        if app not in documents:
            with _building:
                if app not in documents:
                    built = gevent.get_hub().threadpool.apply(copy_context().run, (view,))
                    documents[app] = Document(app.make_response(built))
        return documents[app].respond()

    return respond
