"""Timeouts of the HTTP server: for headers, for bodies, and for the next request of a connection.

One greenlet checks all connections of the HTTP server once a second, so a request needs no timer of its own. WebSockets
do not belong to the HTTP server any more.
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
BODY_SECONDS, BODY_RATE = 20.0, 2_000  # for a body, and one second more for each so many bytes
PIECE = 65_536  # bytes; the size of one read of a body without declared length
REST_SECONDS = 5.0  # for the part of a body that the application did not read
# Seconds between two checks. After a check that is as late as STALLED, connections get another chance: bytes may have
# arrived in time that this process has not read yet.
TICK, STALLED = 1.0, 3.0


class HttpConnection(Protocol):
    """A connection of the HTTP server."""

    socket: Any
    until: float  # the deadline of the current read; `inf` while nothing is read
    late: bool  # whether a deadline has passed
    idle: bool  # whether it waits for a request
    close_connection: bool


_watched: set[HttpConnection] = set()
_watching: list[gevent.Greenlet[[], None]] = []


def watch(connection: HttpConnection) -> None:
    """Check the deadlines of `connection` until `unwatch`."""
    _watched.add(connection)
    if not _watching:
        _watching.append(gevent.spawn(_watch))


def unwatch(connection: HttpConnection) -> None:
    """Stop checking `connection`."""
    _watched.discard(connection)


def close_idle() -> None:
    """Let connections without a request end: their pending read returns the end of the stream."""
    for connection in [one for one in _watched if one.idle]:
        with suppress(OSError):
            connection.socket.shutdown(SHUT_RD)


def deadline(seconds: float) -> float:
    """Return the time that is `seconds` from now, by the monotonic clock."""
    return time.monotonic() + seconds


def _watch() -> None:
    while _watched:
        before = time.monotonic()
        gevent.sleep(TICK)
        moment = time.monotonic()
        if moment - before < STALLED:
            for connection in [one for one in _watched if one.until < moment]:
                _time_out(connection)
    _watching.clear()


def _time_out(connection: HttpConnection) -> None:
    """Make the pending read return the end of the stream, and mark the connection so that its request is refused."""
    connection.late, connection.close_connection, connection.until = True, True, inf
    with suppress(OSError):
        connection.socket.shutdown(SHUT_RD)


class BodyTooSlow(TooSlow, EngineIOError):  # type: ignore[misc]
    """A body did not arrive in time. Engine.IO then closes the polling client, because its packets are lost."""


class Body(Input):
    """A request's body with a deadline. Only the time spent reading counts, not the application's work in between."""

    __slots__ = ("_connection", "_left", "_rate")

    def __init__(self, connection: HttpConnection, stock: Input) -> None:
        super().__init__(stock.rfile, stock.content_length, stock.socket, stock.chunked_input)
        self._connection = connection
        self._left, self._rate = BODY_SECONDS, float(BODY_RATE)

    def _do_read(self, length: int | None = None, use_readline: bool = False) -> bytes:
        return self._timed(super()._do_read, length, use_readline)  # type: ignore[misc]

    def _chunked_read(self, length: int | None = None, use_readline: bool = False) -> bytes:
        return self._timed(super()._chunked_read, length, use_readline)  # type: ignore[misc]

    def _timed(self, read: Any, length: int | None, use_readline: bool) -> bytes:
        connection, begun = self._connection, time.monotonic()
        connection.until = begun + self._left + self._expected(length) / self._rate
        try:
            data: bytes = read(length, use_readline)
        except OSError:
            if connection.late:
                raise BodyTooSlow from None
            raise
        finally:
            connection.until = inf
        self._left += len(data) / self._rate - (time.monotonic() - begun)
        return data

    def _expected(self, length: int | None) -> int:
        """Return the number of bytes that a read of `length` waits for, at most."""
        rest: int = PIECE if self.content_length is None else self.content_length - self.position
        return rest if length is None else min(rest, length)

    def _discard(self) -> None:
        """Read the rest, so that the next request starts at the right byte. Raises OSError after REST_SECONDS."""
        if self._connection.late:
            return
        self._left, self._rate = REST_SECONDS, inf
        try:
            super()._discard()  # type: ignore[misc]
        except BodyTooSlow as error:
            raise OSError from error
