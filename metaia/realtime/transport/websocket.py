"""One WebSocket connection, taken over from the HTTP server after its handshake. It is independent of Engine.IO.

The connection has no greenlet of its own. The event loop reads what arrives, and a greenlet that lives only while there
are messages handles them in order. A silent connection costs a few hundred bytes.
"""

from __future__ import annotations

from _socket import socket
from collections.abc import Callable
from typing import Any

import gevent
import structlog
from gevent import get_hub

from metaia.realtime.transport.frames import PING, PONG, Parser, close_frame, frame
from metaia.realtime.transport.send_buffer import BROKEN, SendBuffer

CHUNK = 16_384  # bytes read from one client before the event loop goes on to others
MAX_INBOX = 32  # unhandled messages; above it, reading pauses
GOODBYE = (1000, 1001)  # close codes of a page that closes the connection, or that is left (RFC 6455, 7.4.1)
CLOSED, FAILED = "closed by client", "server error"
_READABLE = 1  # libev's EV_READ
logger = structlog.get_logger(__name__)


class WebSocketConnection:
    """Calls `on_message(text)` for each message and finally `on_close(reason)` once, both in a greenlet and in order.

    `buffer` is the outgoing side; `on_pong`, if set, is called in the event loop.
    """

    __slots__ = (
        "_end_reason",
        "_goodbye",
        "_handling",
        "_inbox",
        "_parser",
        "_socket",
        "_watcher",
        "buffer",
        "on_close",
        "on_message",
        "on_pong",
    )

    def __init__(
        self,
        connection: socket,
        limit: int,
        on_message: Callable[[str], None],
        on_close: Callable[[str], None],
    ) -> None:
        self.buffer = SendBuffer(connection, self._on_error)
        self.on_message, self.on_close = on_message, on_close
        self.on_pong: Callable[[bytes], None] | None = None
        self._parser = Parser(limit, self._on_control_frame)
        self._socket = connection
        self._inbox: list[str] = []
        self._handling = self._goodbye = False
        self._end_reason: str | None = None  # set when no further message will be read
        self._watcher: Any = get_hub().loop.io(connection.fileno(), _READABLE)

    @property
    def said_goodbye(self) -> bool:
        """Return whether the client has closed because it is done: close code 1000 or 1001, or none.

        The answer to a close frame of ours is no goodbye: some libraries answer each with 1000.
        """
        return self._goodbye

    def start(self, early: bytes = b"") -> None:
        """Begin to read. `early` are bytes that the HTTP server has already read."""
        self._watcher.start(self._on_readable)
        if early:
            self._parse(early)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Send the buffered frames and a close frame; `on_close` is called later."""
        self.buffer.close(close_frame(code, reason))

    def refuse(self, code: int, reason: str) -> None:
        """Close because of a message that is not allowed; messages that are still unhandled are dropped."""
        self._inbox.clear()
        self._end(reason)
        self.close(code, reason)

    def _on_readable(self) -> None:
        try:
            data = self._socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self._on_error(BROKEN)
            return
        if not data:
            self._on_error(CLOSED)
        elif self._end_reason is None:  # else the client sends more after its close frame
            self._parse(data)

    def _parse(self, data: bytes) -> None:
        self._inbox += self._parser.feed(data)
        if self._parser.end is not None:
            code, reason = self._parser.end
            self._goodbye = self.buffer.open and code in GOODBYE
            self._end(reason or CLOSED)
            self.close(code, reason)
        elif len(self._inbox) > MAX_INBOX:
            self._watcher.stop()
        self._start_handling()

    def _on_control_frame(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.buffer.write(frame(payload, PONG))
        elif self.on_pong is not None:
            self.on_pong(payload)

    def _on_error(self, reason: str) -> None:
        """Drop the connection at once."""
        self.buffer.discard()
        self._watcher.close()
        self._socket.close()
        self._end(reason)

    def _end(self, reason: str) -> None:
        if self._end_reason is None:
            self._end_reason = reason
            self._start_handling()

    def _start_handling(self) -> None:
        if not self._handling and (self._inbox or self._end_reason is not None):
            self._handling = True
            gevent.spawn(self._handle)

    def _handle(self) -> None:
        while self._inbox:
            text = self._inbox.pop(0)
            try:
                self.on_message(text)
            except Exception:
                logger.exception("message not handled")
                self._inbox.clear()
                self._end(FAILED)
                self.close(1011)
            if self._inbox:
                gevent.sleep(
                    0
                )  # lets other greenlets run between two messages of a client that sends without pause
        if self._end_reason is not None:
            self.on_close(self._end_reason)  # _handling stays set, so that no message is handled after this
            self.on_message, self.on_close, self.on_pong = ignore, ignore, None
            return
        self._handling = False
        if not self._watcher.active:
            self._watcher.start(self._on_readable)


def ignore(_: str) -> None:
    """Do nothing: the callback of a closed connection, so that the objects it served can be freed."""
