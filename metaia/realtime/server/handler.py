"""The HTTP server's side of a connection, where gevent's and gevent-websocket's own will not do.

gevent-websocket fails on handshakes that are not right: here such a request goes to the application as one that does
not ask for a WebSocket, and is told what it lacks.
"""

from __future__ import annotations

import re
from base64 import b64decode
from errno import EHOSTUNREACH, ETIMEDOUT
from math import inf
from typing import Any

import structlog
from geventwebsocket.handler import WebSocketHandler

from metaia.core.http import middleware
from metaia.core.http.connect_limit import is_engine_io
from metaia.realtime.server import timeouts

NUMBER = re.compile(r"[0-9]{1,15}")
TOO_SLOW = ("408", b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
KEY_BYTES = 16  # of a Sec-WebSocket-Key (RFC 6455, 4.1)
logger = structlog.get_logger(__name__)


class Handler(WebSocketHandler):  # type: ignore[misc]
    """Serves one connection. One that ends because the other side's network has gone is nothing to log a stack for."""

    ignored_socket_errors = (*WebSocketHandler.ignored_socket_errors, ETIMEDOUT, EHOSTUNREACH)

    until, late = inf, False  # patience's
    wsgi_input: Any

    def handle(self) -> None:
        """Serve all requests of the connection."""
        timeouts.watch(self)
        try:
            super().handle()
        finally:
            timeouts.forget(self)

    def read_requestline(self) -> str:
        """Wait for the next request, and begin to read it."""
        first = self.environ is None
        self.until = timeouts.within(timeouts.HEAD_SECONDS if first else timeouts.IDLE_SECONDS)
        line: str = super().read_requestline()
        self.until = timeouts.within(timeouts.HEAD_SECONDS)
        return line

    def MessageClass(self, *arguments: Any) -> Any:  # noqa: N802 - pywsgi calls it so
        """Read the headers; those of a body whose end a proxy may see elsewhere are not right (request smuggling)."""
        headers = super().MessageClass(*arguments)
        if not _have_one_length(headers):
            headers.status = "Two lengths, or none that is clear"
        self.until = inf
        if self.late:  # what is there looks whole, and is not
            headers.status = "Not there in time"
        return headers

    def get_environ(self) -> dict[str, Any]:
        """Return the request as WSGI has it, with a body that must come in time."""
        environ: dict[str, Any] = super().get_environ()
        stock = self.wsgi_input
        if stock.content_length or stock.chunked_input:
            environ["wsgi.input"] = self.wsgi_input = timeouts.Body(self, stock)
            environ["wsgi.input_terminated"] = True
        return environ

    def _handle_client_error(self, error: Exception) -> Any:
        if self.late:
            self.log_error("Not there in time")
            return TOO_SLOW
        return super()._handle_client_error(error)

    def upgrade_websocket(self) -> Any:
        """Answer the handshake, if it is one."""
        if not (self._is_right() and self._is_welcome()):
            self.environ.pop("HTTP_UPGRADE", None)
        return super().upgrade_websocket()

    def log_error(self, msg: str, *args: object) -> None:
        """Say why a request could not be read, and not what it was: there may be a token in its address."""
        reason = str(args[-1] if args else msg).partition(":")[0]
        logger.info("request not read", reason=reason[:80], address=self.client_address[0])

    def _is_welcome(self) -> bool:
        """Return whether to answer: Engine.IO's clients are refused without, and understand nothing else.

        On other addresses a close code says why, which is all that a browser's page gets to know.
        """
        return not is_engine_io(self.environ) or middleware.refusal(self.application, self.environ) is None

    def _is_right(self) -> bool:
        given = {name: self.environ.get(f"HTTP_{name}", "").lower() for name in ("UPGRADE", "CONNECTION")}
        version, key = (self.environ.get(f"HTTP_SEC_WEBSOCKET_{name}", "") for name in ("VERSION", "KEY"))
        return (
            self.request_version == "HTTP/1.1"
            and given["UPGRADE"] == "websocket"
            and "upgrade" in given["CONNECTION"]
            and version in self.SUPPORTED_VERSIONS
            and _size(key) == KEY_BYTES
        )


def _have_one_length(headers: Any) -> bool:
    lengths, codings = (headers.get_all(name, []) for name in ("Content-Length", "Transfer-Encoding"))
    if len(lengths) + len(codings) > 1:
        return False
    return all(NUMBER.fullmatch(text.strip()) for text in lengths) and all(
        text.strip().lower() == "chunked" for text in codings
    )


def _size(key: str) -> int:
    try:
        return len(b64decode(key))
    except ValueError:  # binascii.Error is one
        return 0
