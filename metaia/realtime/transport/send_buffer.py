"""Send buffers: all frames for a client from one turn of the event loop leave in one `send`.

This code runs in the event loop, so nothing in it waits and nothing raises. Bytes that the kernel does not accept stay
in the client's buffer, which is bounded: a client that does not read is disconnected and reconnects with its cursor.
"""

from __future__ import annotations

from _socket import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_WR
from typing import Any

import structlog
from gevent import get_hub

MAX_BYTES = 1_000_000  # in one client's buffer
WRITE_SECONDS = 20.0  # in which a client with a full window must accept some bytes
CLOSE_SECONDS = 5.0  # in which a client must answer the end of the stream with its own
SLOW, BROKEN = "slow client", "connection broken"
SLICE = 300  # clients written to before the event loop reads again
_WRITABLE = 2  # libev's EV_WRITE
logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Counts:
    """Totals of this process since it started."""

    frames: int = 0
    sends: int = 0
    bytes: int = 0


counts = Counts()


class SendBuffer:
    """The outgoing side of one WebSocket. `on_error(reason)` is called once, if the connection has become useless."""

    __slots__ = ("_closing", "_deadline", "_on_error", "_pending", "_socket", "_watcher", "sends", "size")

    def __init__(self, connection: socket, on_error: Callable[[str], None]) -> None:
        self._socket: socket | None = connection
        self._on_error: Callable[[str], None] | None = on_error
        self._pending: list[bytes] = []
        self._watcher: Any = None
        self._deadline: Any = None
        self._closing = False
        self.size = 0  # bytes
        self.sends = 0  # how often bytes were given to the kernel

    @property
    def open(self) -> bool:
        """Return whether frames can still be written."""
        return not self._closing

    def write(self, frame: bytes) -> None:
        """Send `frame` at the end of this turn of the loop."""
        if self._closing:
            return
        if not self.size:
            if not _dirty:
                get_hub().loop.run_callback(_flush)
            _dirty.append(self)
        self._pending.append(frame)
        self.size += len(frame)
        if self.size > MAX_BYTES:
            self.flush()  # the kernel may have room: a large burst in one turn does not make a client slow
            if self.size > MAX_BYTES:
                self._fail(SLOW)

    def close(self, last: bytes = b"") -> None:
        """Send the buffered frames, then `last`, then the end of the stream."""
        if last:
            self.write(last)
        self._closing = True
        if not self.size:
            self._shut_down()

    def flush(self) -> None:
        """Send as many of the buffered bytes as the kernel accepts."""
        pending = self._pending
        if self._socket is None or not pending:
            return
        data = pending[0] if len(pending) == 1 else b"".join(pending)
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._fail(BROKEN)
            return
        counts.sends += 1
        self.sends += 1
        counts.bytes += sent
        counts.frames += len(pending)
        self.size = len(data) - sent
        if self.size:
            counts.frames -= 1  # the rest is counted when it is sent
            self._pending = [data[sent:]]
            self._wait_for_room(progress=sent > 0)
            return
        pending.clear()
        if self._watcher is not None:
            self._close_watchers()
        if self._closing:
            self._shut_down()

    def discard(self) -> None:
        """Drop the buffered frames without sending them. The caller closes the connection."""
        self._closing = True
        self._socket = self._on_error = None
        self._pending, self.size = [], 0
        self._close_watchers()

    def _wait_for_room(self, *, progress: bool) -> None:
        loop = get_hub().loop
        if self._watcher is None and self._socket is not None:
            self._watcher = loop.io(self._socket.fileno(), _WRITABLE)
            self._watcher.start(self.flush)
            self._start_deadline(WRITE_SECONDS)
        elif progress:
            self._deadline.again(self._fail, SLOW)

    def _start_deadline(self, seconds: float) -> None:
        self._deadline = get_hub().loop.timer(
            seconds, seconds
        )  # `again` would stop a timer that does not repeat
        self._deadline.start(self._fail, SLOW)

    def _close_watchers(self) -> None:
        for watcher in (self._watcher, self._deadline):
            if watcher is not None:
                watcher.close()
        self._watcher = self._deadline = None

    def _fail(self, reason: str) -> None:
        on_error = self._on_error
        self.discard()
        if on_error is not None:
            on_error(reason)

    def _shut_down(self) -> None:
        """End the stream, and keep reading until the client ends its own.

        Closing the socket with unread bytes would send a reset, which can destroy our last frames on their way.
        """
        if self._socket is not None and self._deadline is None:
            with suppress(OSError):
                self._socket.shutdown(SHUT_WR)
            self._start_deadline(CLOSE_SECONDS)


_dirty: list[SendBuffer] = []


def _flush() -> None:
    """Flush the buffers that were written to, SLICE at a time."""
    now, _dirty[:] = _dirty[:SLICE], _dirty[SLICE:]
    if _dirty:
        get_hub().loop.timer(0).start(
            _flush
        )  # libev runs all callbacks before it reads again, but not all timers
    for buffer in now:
        try:
            buffer.flush()
        except Exception:
            logger.exception("client not written to")
