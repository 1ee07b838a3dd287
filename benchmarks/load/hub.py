"""The epoll loop of the process, and the state that all its connections share."""

from __future__ import annotations

import select
import sys
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.load.clients import SocketClient

IDLE = 0.05  # seconds


class Hub:
    """Runs the connections. `event` is called for each Socket.IO event: (client, data, start, end)."""

    def __init__(self) -> None:
        self.poll = select.epoll()
        self.handlers: dict[int, Callable[[], None]] = {}
        self.clients: list[SocketClient] = []
        self.ready = 0
        self.failures: list[str] = []
        self.event: Callable[[Any, bytes, int, int], None] = ignore
        self.dropped: Callable[[Any], None] = self._dropped

    def add(self, fd: int, handler: Callable[[], None], events: int = select.EPOLLIN) -> None:
        self.handlers[fd] = handler
        self.poll.register(fd, events)

    def remove(self, fd: int) -> None:
        del self.handlers[fd]
        self.poll.unregister(fd)

    def run(
        self, done: Callable[[], bool], within: float, due: Callable[[], float] | None = None, what: str = ""
    ) -> None:
        """Serve until `done()`. `due()` runs scheduled work, and returns the seconds until the next one."""
        deadline = monotonic() + within
        handlers, poll = self.handlers, self.poll.poll
        wait = IDLE
        while not done():
            if due is not None:
                wait = min(IDLE, max(0.0, due()))
            for fd, _ in poll(wait, 256):
                handlers[fd]()
            if self.failures:
                raise RuntimeError("; ".join(self.failures[:3]))
            if monotonic() > deadline:
                raise TimeoutError(what or "it takes too long")

    def _dropped(self, _: Any) -> None:
        self.failures.append("the server disconnected a client")

    def wait_for_line(self) -> bytes:
        """Serve until the controller sends a task."""
        said: list[bytes] = []
        descriptor = sys.stdin.fileno()
        self.add(descriptor, lambda: said.append(sys.stdin.buffer.readline()))
        try:
            self.run(lambda: bool(said), 3600)
        finally:
            self.remove(descriptor)
        return said[0]


def ignore(_: Any, __: bytes, ___: int, ____: int) -> None:
    """Ignore an event: the handler while no task runs."""
