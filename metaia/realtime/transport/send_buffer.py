"""Writing to many clients: frames that become ready in one turn of the event loop leave in one `send` per client.

Nothing here waits, and nothing raises: it runs in the event loop. What the kernel does not take stays in the client's
own buffer, which is bounded: a client that does not read is let go, and comes back with its cursor.
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

MOST_BYTES = 1_000_000  # waiting for one client
WRITE_SECONDS = 20.0  # in which a client that has something waiting must take some of it
CLOSE_SECONDS = 5.0  # in which a client must answer the end of the stream with its own
SLOW, BROKEN = "slow client", "connection broken"
SLICE = 300  # clients written to before others get their turn
_WRITABLE = 2  # libev's
logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Counts:
    """What this process has written since it started."""

    frames: int = 0
    sends: int = 0
    bytes: int = 0


counts = Counts()


class Sink:
    """The outgoing side of one WebSocket. `lost(reason)` is called once: the connection is of no use any more."""

    __slots__ = ("_closing", "_deadline", "_lost", "_socket", "_waiting", "_watcher", "size")

    def __init__(self, connection: socket, lost: Callable[[str], None]) -> None:
        self._socket: socket | None = connection
        self._lost: Callable[[str], None] | None = lost
        self._waiting: list[bytes] = []
        self._watcher: Any = None
        self._deadline: Any = None
        self._closing = False
        self.size = 0  # bytes waiting

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
        self._waiting.append(frame)
        self.size += len(frame)
        if self.size > MOST_BYTES:
            self.flush()  # the kernel may have room: much in one turn is not yet slow
            if self.size > MOST_BYTES:
                self._fail(SLOW)

    def close(self, last: bytes = b"") -> None:
        """Send what is waiting, then `last`, then the end of the stream."""
        if last:
            self.write(last)
        self._closing = True
        if not self.size:
            self._end()

    def flush(self) -> None:
        """Send what is waiting, as far as the kernel takes it."""
        waiting = self._waiting
        if self._socket is None or not waiting:
            return
        data = waiting[0] if len(waiting) == 1 else b"".join(waiting)
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._fail(BROKEN)
            return
        counts.sends += 1
        counts.bytes += sent
        counts.frames += len(waiting)
        self.size = len(data) - sent
        if self.size:
            counts.frames -= 1  # the rest is counted when it goes
            self._waiting = [data[sent:]]
            self._await_room(progress=sent > 0)
            return
        waiting.clear()
        if self._watcher is not None:
            self._forget_watchers()
        if self._closing:
            self._end()

    def abandon(self) -> None:
        """Forget the client; its connection is being closed by somebody else."""
        self._closing = True
        self._socket = self._lost = None
        self._waiting, self.size = [], 0
        self._forget_watchers()

    def _await_room(self, *, progress: bool) -> None:
        loop = get_hub().loop
        if self._watcher is None and self._socket is not None:
            self._watcher = loop.io(self._socket.fileno(), _WRITABLE)
            self._watcher.start(self.flush)
            self._allow(WRITE_SECONDS)
        elif progress:
            self._deadline.again(self._fail, SLOW)

    def _allow(self, seconds: float) -> None:
        self._deadline = get_hub().loop.timer(seconds, seconds)  # `again` would stop one that does not repeat
        self._deadline.start(self._fail, SLOW)

    def _forget_watchers(self) -> None:
        for watcher in (self._watcher, self._deadline):
            if watcher is not None:
                watcher.close()
        self._watcher = self._deadline = None

    def _fail(self, reason: str) -> None:
        lost = self._lost
        self.abandon()
        if lost is not None:
            lost(reason)

    def _end(self) -> None:
        """End the stream. The client ends its own in answer; reading until then saves our last words from a reset."""
        if self._socket is not None and self._deadline is None:
            with suppress(OSError):
                self._socket.shutdown(SHUT_WR)
            self._allow(CLOSE_SECONDS)


_dirty: list[Sink] = []


def _flush() -> None:
    """Flush the sinks that were written to, some milliseconds' worth at a time."""
    now, _dirty[:] = _dirty[:SLICE], _dirty[SLICE:]
    if _dirty:
        get_hub().loop.timer(0).start(_flush)  # not a callback: those all run before anything is read again
    for sink in now:
        try:
            sink.flush()
        except Exception:
            logger.exception("client not written to")
