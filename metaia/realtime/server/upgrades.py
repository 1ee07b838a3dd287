"""WebSocket handshakes: which are answered, when, and by which part of METAIA.

gevent-websocket answers each handshake before the application is called, and raises on invalid ones. Here the
application decides, except for Engine.IO clients, and gets an invalid handshake as a request without an upgrade.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from gevent.pywsgi import WSGIHandler
from geventwebsocket.handler import WebSocketHandler

from metaia.core.http.edge import middleware
from metaia.core.http.edge.connect_limit import is_engine_io
from metaia.realtime.transport.handover import ACCEPT

KEY_BYTES = 16  # of a Sec-WebSocket-Key (RFC 6455, 4.1)


class UpgradingHandler(WebSocketHandler):  # type: ignore[misc]
    """The part of the HTTP server's handler that upgrades connections."""

    websocket: Any

    def run_application(self) -> None:
        """Answer the request. gevent-websocket's method handles upgrades only; it logs three lines for each request."""
        if "HTTP_UPGRADE" in self.environ:
            environ = self.environ
            try:
                super().run_application()
            finally:
                environ.pop(ACCEPT, None)
        else:
            WSGIHandler.run_application(self)

    def start_response(self, status: str, headers: Any, exc_info: Any = None) -> Any:
        """Begin an answer. After an accepted handshake there is none: the application's own one is dropped."""
        if self.connection_upgraded:
            return self.write
        if "HTTP_UPGRADE" in self.environ:
            return super().start_response(status, headers, exc_info)
        return WSGIHandler.start_response(self, status, headers, exc_info)

    def upgrade_websocket(self) -> Any:
        """Answer the handshake of an Engine.IO client, if it is a valid one.

        The application answers that of other WebSockets, by `environ[ACCEPT]`, or refuses it with an HTTP status: a
        browser that is refused after the handshake takes the connection for a good one, and reconnects at once.
        """
        if not (self._is_handshake() and self._is_allowed()):
            self.environ.pop("HTTP_UPGRADE", None)
        elif not is_engine_io(self.environ):
            self.environ[ACCEPT] = self._accept
            return None
        return super().upgrade_websocket()

    def _accept(self) -> Any:
        """Answer the handshake of this request, and return gevent-websocket's WebSocket. Raises OSError."""
        super().upgrade_websocket()
        self.write("")
        accepted, self.websocket = self.websocket, None
        return accepted

    def _is_allowed(self) -> bool:
        """Return whether to answer an Engine.IO handshake; a refused client gets an HTTP error."""
        return not is_engine_io(self.environ) or middleware.refusal(self.application, self.environ) is None

    def _is_handshake(self) -> bool:
        given = {name: self.environ.get(f"HTTP_{name}", "").lower() for name in ("UPGRADE", "CONNECTION")}
        version, key = (self.environ.get(f"HTTP_SEC_WEBSOCKET_{name}", "") for name in ("VERSION", "KEY"))
        return (
            self.request_version == "HTTP/1.1"
            and given["UPGRADE"] == "websocket"
            and "upgrade" in given["CONNECTION"]
            and version in self.SUPPORTED_VERSIONS
            and _size(key) == KEY_BYTES
        )


def _size(key: str) -> int:
    try:
        return len(b64decode(key))
    except ValueError:  # of which binascii.Error is a subclass
        return 0
