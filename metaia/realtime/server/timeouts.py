"""How long the HTTP server waits for what a client sends: headers, bodies, and the next request of a connection.

One look a second at all connections of the HTTP server (WebSockets are not its own any more): a request costs no timer.
"""

from __future__ import annotations

import time
from contextlib import suppress
from math import inf
from socket import SHUT_RD
from typing import Any, Protocol

import gevent
from engineio.exceptions import EngineIOError
from gevent.pywsgi import Input

from metaia.core.errors import TooSlow

HEAD_SECONDS = 20.0  # for the request line of a new connection, and again for all headers
IDLE_SECONDS = 100.0  # until the next request: longer than proxies keep a connection (nginx 60, Heroku 90)
BODY_SECONDS, BODY_RATE = 20.0, 2_000  # for a body, with a second more for so many bytes
PIECE = 65_536  # bytes; in which bodies are read that do not say how long they are
REST_SECONDS = 5.0  # for what is left of a body that nobody wants to read
TICK, STALLED = 1.0, 3.0  # seconds; who comes back that late lets others read what has come meanwhile


class Waiting(Protocol):
    """A connection of the HTTP server."""

    socket: Any
    until: float  # when what is being read must have come: `inf` while nothing is
    late: bool  # whether it has not
    close_connection: bool


_watched: set[Waiting] = set()
_watching: list[gevent.Greenlet[[], None]] = []


def watch(connection: Waiting) -> None:
    """Look after `connection` until `forget`."""
    _watched.add(connection)
    if not _watching:
        _watching.append(gevent.spawn(_watch))


def forget(connection: Waiting) -> None:
    """Look after it no longer."""
    _watched.discard(connection)


def within(seconds: float) -> float:
    """Return when that will be."""
    return time.monotonic() + seconds


def _watch() -> None:
    while _watched:
        before = time.monotonic()
        gevent.sleep(TICK)
        moment = time.monotonic()
        if moment - before < STALLED:
            for connection in [one for one in _watched if one.until < moment]:
                _give_up(connection)
    _watching.clear()


def _give_up(connection: Waiting) -> None:
    """Let whoever reads see an end, and what has come of the request be refused."""
    connection.late, connection.close_connection, connection.until = True, True, inf
    with suppress(OSError):
        connection.socket.shutdown(SHUT_RD)


class Late(TooSlow, EngineIOError):  # type: ignore[misc]
    """A body that did not come in time; Engine.IO ends a polling client's connection, for what it said is lost."""


class Body(Input):
    """A request's body, which must come in time: only reading counts, and not what is done meanwhile."""

    __slots__ = ("_connection", "_left", "_rate")

    def __init__(self, connection: Waiting, stock: Input) -> None:
        super().__init__(stock.rfile, stock.content_length, stock.socket, stock.chunked_input)
        self._connection = connection
        self._left, self._rate = BODY_SECONDS, float(BODY_RATE)

    def _do_read(self, length: int | None = None, use_readline: bool = False) -> bytes:
        return self._timed(super()._do_read, length, use_readline)  # type: ignore[misc]

    def _chunked_read(self, length: int | None = None, use_readline: bool = False) -> bytes:
        return self._timed(super()._chunked_read, length, use_readline)  # type: ignore[misc]

    def _timed(self, read: Any, length: int | None, use_readline: bool) -> bytes:
        connection, begun = self._connection, time.monotonic()
        connection.until = begun + self._left + self._coming(length) / self._rate
        try:
            data: bytes = read(length, use_readline)
        except OSError:
            if connection.late:
                raise Late from None
            raise
        finally:
            connection.until = inf
        self._left += len(data) / self._rate - (time.monotonic() - begun)
        return data

    def _coming(self, length: int | None) -> int:
        """Return how much a read of `length` waits for, at most."""
        rest: int = PIECE if self.content_length is None else self.content_length - self.position
        return rest if length is None else min(rest, length)

    def _discard(self) -> None:
        """Read the rest, so that the next request begins where it should; raises OSError when that takes long."""
        if self._connection.late:
            return
        self._left, self._rate = REST_SECONDS, inf
        try:
            super()._discard()  # type: ignore[misc]
        except Late as late:
            raise OSError from late
