"""Server-sent events: streams that a greenlet of the HTTP server writes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from errno import EPIPE
from typing import Any

import orjson
from gevent import get_hub, getcurrent
from gevent.queue import Queue

from metaia.core import metrics
from metaia.core.access.actor import Actor
from metaia.realtime.catalogue import Payload
from metaia.realtime.clients import connections
from metaia.realtime.clients.websocket import PlainConnection, standard
from metaia.realtime.transport.send_buffer import MAX_BYTES, SLOW, WRITE_SECONDS

ALIVE, RETRY = b": alive\n\n", b"retry: 2000\n\n"
RETURN = 1_000, 5_000  # milliseconds after which a client returns when its process stops


class Stream(PlainConnection):
    """A `text/event-stream` (HTML, 9.2). The id of an event is its cursor, which browsers return as Last-Event-ID.

    The HTTP server's greenlet writes the stream and waits for the client. Each event must be written within
    WRITE_SECONDS; once the stream is closed, so must everything that is left.
    """

    kind = "stream"

    def __init__(self, actor: Actor) -> None:
        super().__init__(actor, standard)
        self._chunks: Queue[bytes | None] = Queue()
        self._size = 0
        self._open = True
        self._deadline: Any = get_hub().loop.timer(WRITE_SECONDS, WRITE_SECONDS)
        self._put(RETRY)

    @property
    def ready(self) -> bool:
        """Return whether the stream is open."""
        return self._open

    def send(self, message: Payload) -> None:
        """Add an event to the stream; end the stream if the client has too many unread bytes."""
        if not self._open:
            return
        head = f"id: {message['cursor']}\nevent: {message['type']}\ndata: ".encode()
        data = orjson.dumps(message["data"])
        if self._size + len(data) > MAX_BYTES:
            self._close_as_slow()
        else:
            self._put(b"".join((head, data, b"\n\n")))

    def buffered(self) -> int:
        """Return the number of bytes that are not yet sent to the client."""
        return self._size

    def keep_alive(self) -> None:
        """Send a comment: proxies close silent streams, and a failing write shows that the client is unreachable."""
        if self._open:
            self._put(ALIVE)

    def close(self, reason: str) -> None:
        """End the stream with `reason` in a comment. A client that does not read may never receive it."""
        if self._open:
            if reason in connections.RESTARTS:  # so that not all clients return at the same moment
                self._put(f"retry: {random.randint(*RETURN)}\n\n".encode())  # noqa: S311
            self._put(f": {reason}\n\n".encode())
            self._chunks.put(None)
            self.remove()

    def remove(self) -> None:
        """Remove the client from all rooms and from the open connections."""
        self._open = False
        super().remove()

    def chunks(self) -> Iterator[bytes]:
        """Yield the stream to the greenlet that writes it; at the end, that greenlet must call `finished`."""
        writer = getcurrent()
        while (chunk := self._chunks.get()) is not None:
            self._start_deadline(writer)
            yield chunk
            self._size -= len(chunk)
            if self._open:
                self._deadline.stop()
        self._start_deadline(writer)  # for the last chunk, which the HTTP server adds itself

    def finished(self) -> None:
        """Release the stream: no greenlet writes it any more."""
        self._deadline.close()
        self.remove()

    def _put(self, chunk: bytes) -> None:
        self._size += len(chunk)
        self._chunks.put(chunk)

    def _start_deadline(self, writer: Any) -> None:
        if self._open or not self._deadline.active:
            self._deadline.again(self._on_deadline, writer)

    def _on_deadline(self, writer: Any) -> None:
        """Stop waiting for the client. Runs in the event loop."""
        self._deadline.stop()
        if self._open:
            self._close_as_slow()
        writer.throw(
            BrokenPipeError(EPIPE, SLOW)
        )  # the HTTP server handles it like a client that disconnected

    def _close_as_slow(self) -> None:
        metrics.ended[SLOW] += 1
        self.close(SLOW)
