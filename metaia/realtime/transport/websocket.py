"""One WebSocket connection, taken over from the HTTP server after its handshake. Knows no Engine.IO.

It has no greenlet of its own: the event loop reads what comes, and messages are handled in order by a greenlet that
lives only as long as there are some. A connection that is silent costs a few hundred bytes.
"""

from __future__ import annotations

from _socket import socket
from collections.abc import Callable
from typing import Any

import gevent
import structlog
from gevent import get_hub

from metaia.realtime.transport.frames import PING, PONG, Parser, close_frame, frame
from metaia.realtime.transport.send_buffer import BROKEN, Sink

CHUNK = 16_384  # bytes read from one client before others get their turn
INBOX = 32  # messages that may wait before reading pauses
CLOSED, FAILED = "closed by client", "server error"
_READABLE = 1  # libev's
logger = structlog.get_logger(__name__)


class Link:
    """Calls `receive(text)` for each message, and at the end `ended(reason)` once: both in a greenlet, in order."""

    __slots__ = (
        "_busy",
        "_inbox",
        "_parser",
        "_reason",
        "_socket",
        "_watcher",
        "ended",
        "ponged",
        "receive",
        "sink",
    )

    def __init__(
        self,
        connection: socket,
        limit: int,
        receive: Callable[[str], None],
        ended: Callable[[str], None],
    ) -> None:
        self.sink = Sink(connection, self._lost)
        self.receive, self.ended = receive, ended
        self.ponged: Callable[[], None] | None = None  # told of a pong, in the event loop
        self._parser = Parser(limit, self._control)
        self._socket = connection
        self._inbox: list[str] = []
        self._busy = False
        self._reason: str | None = None  # why nothing more will come
        self._watcher: Any = get_hub().loop.io(connection.fileno(), _READABLE)

    def start(self, early: bytes = b"") -> None:
        """Begin to read; `early` has been read already."""
        self._watcher.start(self._readable)
        if early:
            self._take(early)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Send what is waiting, and a close frame. `ended` will be called."""
        self.sink.close(close_frame(code, reason))

    def refuse(self, code: int, reason: str) -> None:
        """Close because of what the client says: nothing of it is heard any more."""
        self._inbox.clear()
        self._end(reason)
        self.close(code, reason)

    def _readable(self) -> None:
        try:
            data = self._socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self._lost(BROKEN)
            return
        if not data:
            self._lost(CLOSED)
        elif self._reason is None:  # else the client goes on talking after the end
            self._take(data)

    def _take(self, data: bytes) -> None:
        self._inbox += self._parser.feed(data)
        if self._parser.end is not None:
            code, reason = self._parser.end
            self._end(reason or CLOSED)
            self.close(code, reason)
        elif len(self._inbox) > INBOX:
            self._watcher.stop()
        self._wake()

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.sink.write(frame(payload, PONG))
        elif self.ponged is not None:
            self.ponged()

    def _lost(self, reason: str) -> None:
        """Let go of the connection, at once."""
        self.sink.abandon()
        self._watcher.close()
        self._socket.close()
        self._end(reason)

    def _end(self, reason: str) -> None:
        if self._reason is None:
            self._reason = reason
            self._wake()

    def _wake(self) -> None:
        if not self._busy and (self._inbox or self._reason is not None):
            self._busy = True
            gevent.spawn(self._work)

    def _work(self) -> None:
        while self._inbox:
            text = self._inbox.pop(0)
            try:
                self.receive(text)
            except Exception:
                logger.exception("message not handled")
                self._inbox.clear()
                self._end(FAILED)
                self.close(1011)
            if self._inbox:
                gevent.sleep(0)  # a client that sends without pause must not keep the others waiting
        if self._reason is not None:
            self.ended(self._reason)  # stays busy: nothing is handled after this
            self.receive, self.ended, self.ponged = nothing, nothing, None
            return
        self._busy = False
        if not self._watcher.active:
            self._watcher.start(self._readable)


def nothing(_: str) -> None:
    """What a connection that has ended refers to, so that what it served can be freed."""
