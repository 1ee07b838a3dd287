"""Server-sent events: streams that the HTTP server writes, for clients that read, and only for those."""

from __future__ import annotations

from collections.abc import Iterator
from errno import EPIPE
from typing import Any

import orjson
from gevent import get_hub, getcurrent
from gevent.queue import Queue

from metaia.core import metrics
from metaia.core.access.actor import Actor
from metaia.realtime.catalogue import Payload
from metaia.realtime.clients.websocket import PlainConnection, standard
from metaia.realtime.transport.send_buffer import MOST_BYTES, SLOW, WRITE_SECONDS

ALIVE, RETRY = b": alive\n\n", b"retry: 2000\n\n"


class Stream(PlainConnection):
    """A `text/event-stream` (HTML, 9.2); its id is the cursor, which the browser sends back as Last-Event-ID.

    It is written by the HTTP server's greenlet, which waits for the client, and has WRITE_SECONDS for each event; once
    the stream is closed, for all that is left.
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
        """Return whether the client still listens."""
        return self._open

    def send(self, message: Payload) -> None:
        """Add an event to the stream; a client that does not read is let go."""
        if not self._open:
            return
        head = f"id: {message['cursor']}\nevent: {message['type']}\ndata: ".encode()
        data = orjson.dumps(message["data"])
        if self._size + len(data) > MOST_BYTES:
            self._let_go()
        else:
            self._put(b"".join((head, data, b"\n\n")))

    def waiting(self) -> int:
        """Return how many bytes wait for the client."""
        return self._size

    def keep_alive(self) -> None:
        """Send a comment: proxies close what is silent, and writing finds out who has gone."""
        if self._open:
            self._put(ALIVE)

    def close(self, reason: str) -> None:
        """End the stream with a comment that says why. A client that does not read may never see it."""
        if self._open:
            self._put(f": {reason}\n\n".encode())
            self._chunks.put(None)
            self.gone()

    def gone(self) -> None:
        """Forget the client."""
        self._open = False
        super().gone()

    def chunks(self) -> Iterator[bytes]:
        """Yield the stream, for ever, to the greenlet that writes it; `written` must be called at its end."""
        writer = getcurrent()
        while (chunk := self._chunks.get()) is not None:
            self._expect(writer)
            yield chunk
            self._size -= len(chunk)
            if self._open:
                self._deadline.stop()
        self._expect(writer)  # the HTTP server has last words of its own

    def written(self) -> None:
        """Forget the client: nothing is being written to it any more."""
        self._deadline.close()
        self.gone()

    def _put(self, chunk: bytes) -> None:
        self._size += len(chunk)
        self._chunks.put(chunk)

    def _expect(self, writer: Any) -> None:
        if self._open or not self._deadline.active:
            self._deadline.again(self._stalled, writer)

    def _stalled(self, writer: Any) -> None:
        """Stop waiting for the client. Runs in the event loop."""
        self._deadline.stop()
        if self._open:
            self._let_go()
        writer.throw(BrokenPipeError(EPIPE, SLOW))  # the HTTP server takes it for a client that has gone

    def _let_go(self) -> None:
        metrics.ended[SLOW] += 1
        self.close(SLOW)
