"""Static files of our pages, in memory, under addresses with a hash of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from flask import Response, request

from metaia.core.errors import NotFound

KINDS = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"
CHECKED = "public, no-cache"  # caches ask each time, and get 304


class Assets:
    """The files of one folder. The hash is that of all of them, so that scripts can import each other by name."""

    def __init__(
        self, folder: Path, *, rendered: Callable[[str, bytes], bytes] = lambda _, content: content
    ) -> None:
        files = sorted(path for path in folder.iterdir() if path.suffix in KINDS)
        self._files = {path.name: rendered(path.name, path.read_bytes()) for path in files}
        whole = hashlib.sha256()
        for name, content in self._files.items():
            whole.update(f"{name} {len(content)} ".encode() + content)
        self.version = whole.hexdigest()[:12]

    def __getitem__(self, name: str) -> bytes:
        return self._files[name]

    def respond(self, name: str, version: str | None = None) -> Response:
        """Answer the current request with a file. Raises NotFound.

        Another version than ours comes from a page of another release: it gets our file, and does not keep it.
        """
        if name not in self._files:
            raise NotFound
        response = Response(self._files[name], mimetype=KINDS[Path(name).suffix])
        response.headers["Cache-Control"] = FOREVER if version == self.version else CHECKED
        response.set_etag(f"{self.version}-{name}")
        response.make_conditional(request)
        return response
