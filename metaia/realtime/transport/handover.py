"""Taking a WebSocket over from the HTTP server: its TCP connection, and the part of its request that is kept."""

from __future__ import annotations

import io
import socket as sockets
from _socket import socket
from contextlib import suppress
from sys import intern
from typing import Any

import gevent.socket

USER_TIMEOUT = 30_000  # milliseconds in which the peer's kernel must acknowledge what was sent
ACCEPT = "metaia.accept_websocket"  # key in the environ: answers the handshake, and returns the WebSocket
EARLY = 65_536  # bytes; the HTTP server's buffer is smaller
KEPT = (
    *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT"),
    *("SERVER_PROTOCOL", "REMOTE_ADDR", "HTTP_HOST", "HTTP_ORIGIN", "HTTP_AUTHORIZATION", "HTTP_USER_AGENT"),
    *("HTTP_X_REQUEST_ID", "wsgi.url_scheme", "wsgi.errors", "flask.app"),
)
_EMPTY = io.BytesIO()  # a handshake has no body


def trim(environ: dict[str, Any]) -> None:
    """Reduce `environ` to KEPT: it lives as long as the connection, and would keep objects of the HTTP server alive."""
    kept = {intern(key): environ[key] for key in KEPT if key in environ}
    environ.clear()  # a dictionary from which keys are removed does not shrink
    environ.update(kept)
    environ["wsgi.input"] = _EMPTY


def accept(environ: dict[str, Any]) -> tuple[socket, bytes]:
    """Answer the WebSocket handshake of a request, and take its TCP connection away from the HTTP server.

    Return as `detach` does. Raises OSError if the client is not there any more.
    """
    return detach(environ[ACCEPT]())


def detach(websocket: Any) -> tuple[socket, bytes]:
    """Take the TCP connection of gevent-websocket's `websocket` away from the HTTP server.

    Return it, and the bytes that the server has already read from it. Raises RuntimeError for a TLS connection.
    """
    handler = websocket.handler
    held = handler.socket
    if type(held) is not gevent.socket.socket:
        raise RuntimeError("TLS ends in a proxy in front of METAIA, not in it")
    held.settimeout(0.0)  # so that reading takes what is there, and does not wait
    early = b""
    with suppress(OSError):
        early = handler.rfile.read1(EARLY) or b""
    family = held.family
    connection = socket(family, sockets.SOCK_STREAM, 0, held.detach())
    connection.setblocking(False)
    set_options(connection)
    handler.socket = None
    websocket.closed = True  # so that gevent-websocket does not write a close frame
    return connection, early


def set_options(connection: Any) -> None:
    """Send small packets at once, and close the connection when its peer stops acknowledging.

    Connections that a listening socket accepts inherit both options.
    """
    for name, value in (("TCP_NODELAY", 1), ("TCP_USER_TIMEOUT", USER_TIMEOUT)):
        with suppress(OSError, AttributeError):  # not TCP, or not supported by this platform
            connection.setsockopt(sockets.IPPROTO_TCP, getattr(sockets, name), value)
