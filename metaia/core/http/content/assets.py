"""Static files of pages, under addresses with a hash of their content, compressed once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import gevent
from flask import Response, request

from metaia.core.errors import NotFound
from metaia.core.http.content import compression
from metaia.core.http.content.caching import CHECKED, FOREVER

KINDS = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


class Assets:
    """The files of one folder. The hash is that of all of them, so that scripts can import each other by name."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.name: path for path in sorted(folder.iterdir()) if path.suffix in KINDS}
        self._encoded: dict[tuple[str, str], bytes] = {}
        whole = hashlib.sha256()
        for name, path in self._files.items():
            content = path.read_bytes()
            whole.update(f"{name} {len(content)} ".encode() + content)
        self.version = whole.hexdigest()[:12]

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def respond(self, name: str, version: str | None = None) -> Response:
        """Answer the current request with a file. Raises NotFound.

        Another version than ours comes from a page of another release: it gets our file, and does not keep it.
        """
        if name not in self._files:
            raise NotFound
        kind, encoding = KINDS[self._files[name].suffix], compression.preferred()
        if encoding is None or kind not in compression.KINDS:
            response = Response(self._files[name].read_bytes(), mimetype=kind)
        else:
            response = Response(self._in_encoding(name, encoding), mimetype=kind)
            response.headers["Content-Encoding"] = encoding
        response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = FOREVER if version == self.version else CHECKED
        response.set_etag(f"{self.version}-{name}", weak=True)  # of all its encodings
        response.make_conditional(request)
        return response

    def _in_encoding(self, name: str, encoding: str) -> bytes:
        """Return a file in an encoding: made once, in a thread, because the largest takes 0.1 s."""
        if (name, encoding) not in self._encoded:
            content, threads = self._files[name].read_bytes(), gevent.get_hub().threadpool
            encoded = threads.apply(compression.encode, (content, encoding), {"level": compression.BEST})
            self._encoded[name, encoding] = encoded
        return self._encoded[name, encoding]
