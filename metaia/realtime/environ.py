"""What is left of a WebSocket's handshake request while the connection lives: what `flask.request` needs."""

from __future__ import annotations

import io
from sys import intern
from typing import Any

KEPT = (
    *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT"),
    *("SERVER_PROTOCOL", "REMOTE_ADDR", "HTTP_HOST", "HTTP_ORIGIN", "HTTP_AUTHORIZATION", "HTTP_USER_AGENT"),
    *("HTTP_X_REQUEST_ID", "wsgi.url_scheme", "wsgi.errors", "flask.app"),
)
_NOTHING = io.BytesIO()  # a handshake has no body


def slim(environ: dict[str, Any]) -> None:
    """Drop everything else from `environ`: it is kept as long as the connection, and holds on to the HTTP server's."""
    kept = {intern(key): environ[key] for key in KEPT if key in environ}
    environ.clear()  # a dictionary from which keys are removed does not shrink
    environ.update(kept)
    environ["wsgi.input"] = _NOTHING
