"""Writing to many clients: frames that become ready in one turn of the event loop leave in one `send` per client.

Nothing here waits. What the kernel does not take stays in the client's own buffer, which is bounded: a client that
does not read is let go, and comes back with its cursor.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_RDWR, socket
from typing import Any

from gevent import get_hub

MOST_BYTES = 1_000_000  # waiting for one client
SLICE = 300  # clients written to before other greenlets get their turn
_WRITABLE = 2  # libev's
WRITE_SECONDS = 20.0  # in which a client that has something waiting must take some of it


class Sink:
    """The outgoing side of one WebSocket. `lost(reason)` is called once, when the client cannot be written to."""

    __slots__ = ("_closing", "_deadline", "_lost", "_socket", "_waiting", "_watcher", "size")

    def __init__(self, connection: socket, lost: Callable[[str], None]) -> None:
        self._socket: socket | None = connection
        self._lost = lost
        self._waiting: list[bytes] = []
        self._watcher: Any = None
        self._deadline: Any = None
        self._closing = False
        self.size = 0

    @property
    def open(self) -> bool:
        """Return whether frames can still be written."""
        return self._socket is not None and not self._closing

    def write(self, frame: bytes) -> None:
        """Send `frame` at the end of this turn of the loop."""
        if self._socket is None or self._closing:
            return
        if not self._waiting:
            _dirty.append(self)
            if len(_dirty) == 1:
                get_hub().loop.run_callback(_flush)
        self._waiting.append(frame)
        self.size += len(frame)
        if self.size > MOST_BYTES:
            self._fail("slow client")

    def close(self) -> None:
        """Send what is waiting, then end the stream."""
        self._closing = True
        if not self._waiting:
            self._end()

    def flush(self) -> None:
        """Send what is waiting, as far as the kernel takes it."""
        if self._socket is None:
            return
        data = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._fail("connection broken")
            return
        self.size = len(data) - sent
        if self.size:
            self._waiting = [data[sent:]]
            self._await_room(progress=sent > 0)
        else:
            self._waiting.clear()
            self._forget_watchers()
            if self._closing:
                self._end()

    def abandon(self) -> None:
        """Forget the client; its connection is being closed by somebody else."""
        self._socket = None
        self._waiting.clear()
        self._forget_watchers()

    def _await_room(self, *, progress: bool) -> None:
        loop = get_hub().loop
        if self._watcher is None and self._socket is not None:
            self._watcher = loop.io(self._socket.fileno(), _WRITABLE)
            self._watcher.start(self.flush)
        if self._deadline is None:
            self._deadline = loop.timer(WRITE_SECONDS)
            self._deadline.start(self._fail, "slow client")
        elif progress:
            self._deadline.again(self._fail, "slow client", update=False)

    def _forget_watchers(self) -> None:
        for watcher in (self._watcher, self._deadline):
            if watcher is not None:
                watcher.close()
        self._watcher = self._deadline = None

    def _fail(self, reason: str) -> None:
        self._end()
        self._lost(reason)

    def _end(self) -> None:
        """End the stream in both directions: whoever reads from the client learns it too."""
        connection = self._socket
        self.abandon()
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)


_dirty: list[Sink] = []


def _flush() -> None:
    """Flush the sinks that were written to, some milliseconds' worth at a time."""
    now, _dirty[:] = _dirty[:SLICE], _dirty[SLICE:]
    if _dirty:
        get_hub().loop.run_callback(_flush)
    for sink in now:
        sink.flush()
