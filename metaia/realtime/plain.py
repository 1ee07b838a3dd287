"""Clients without Socket.IO: plain WebSockets and event streams, from the same log and cursor."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator

import orjson
from gevent.queue import Queue

from metaia.core.actor import Actor
from metaia.core.ids import new_id
from metaia.realtime import connections, counters, frames, rooms
from metaia.realtime.catalogue import EVENTS, Payload, seen_by
from metaia.realtime.connections import Connection
from metaia.realtime.delivery import on_wire
from metaia.realtime.link import CLOSED, Link
from metaia.realtime.log import Event, Head
from metaia.realtime.sink import MOST_BYTES, SLOW

Dialect = Callable[[Event, Head, Actor], Payload | None]
POLICY = 1008  # the close code for whoever may not stay (RFC 6455, 7.4.1)
ALIVE = b": alive\n\n"


def standard(event: Event, head: Head, actor: Actor) -> Payload | None:
    """Return `{type, data, cursor}` of an event that clients see."""
    kind = EVENTS.get(event.type)
    if kind is None or kind.wire is None:
        return None
    data = on_wire(event, seen_by(event.type, event.payload, actor), head)
    return {"type": kind.wire, "data": data, "cursor": data["cursor"]}


def admin(event: Event, _: Head, __: Actor) -> Payload | None:
    """Return what Timing's admin pages get for an event, if they get anything."""
    kind = EVENTS.get(event.type)
    return kind.admin_message(event.payload) if kind and kind.admin_message else None


class PlainConnection(Connection):
    """What WebSockets and streams have in common: rooms of our own, messages in a dialect."""

    def __init__(self, actor: Actor, dialect: Dialect) -> None:
        super().__init__(new_id(), actor)
        self.dialect = dialect
        connections.present[self.key] = self

    def deliver(self, event: Event, head: Head) -> bool:
        """Send the event in this client's dialect."""
        message = self.dialect(event, head, self.actor)
        if message is not None:
            self.send(message)
        return message is not None

    def sync(self, state: Payload) -> None:
        """Send `sync`, where the dialect has cursors."""
        if self.dialect is standard:
            self.send({"type": "sync", "data": state, "cursor": state["cursor"]})

    @abstractmethod
    def send(self, message: Payload) -> None:
        """Send one message; returns at once."""

    def enter(self, room: str) -> None:
        """Join a room."""
        rooms.enter(self, room)

    def leave(self, room: str) -> None:
        """Leave a room."""
        rooms.leave(self, room)

    def gone(self) -> None:
        """Forget the client."""
        connections.present.pop(self.key, None)
        rooms.leave_all(self)


class WebSocketClient(PlainConnection):
    """A plain WebSocket."""

    kind = "websocket"

    def __init__(self, actor: Actor, dialect: Dialect, link: Link) -> None:
        super().__init__(actor, dialect)
        self.link = link
        self._open = True

    @property
    def ready(self) -> bool:
        """Return whether the socket is open; its handshake is over."""
        return self._open

    def send(self, message: Payload) -> None:
        """Write a text frame."""
        self.link.sink.write(frames.frame(orjson.dumps(message)))

    def waiting(self) -> int:
        """Return how many bytes wait for the client."""
        return self.link.sink.size

    def keep_alive(self) -> None:
        """Send a ping: a client that has gone is found when its kernel does not acknowledge it."""
        self.link.sink.write(frames.frame(b"", frames.PING))

    def close(self, reason: str) -> None:
        """Say why, and end the connection."""
        self.link.close(POLICY, reason)

    def ended(self, reason: str) -> None:
        """Forget the client, and remember why it went if it did not go by itself."""
        self._open = False
        if reason != CLOSED:
            counters.ended[reason] += 1
        self.gone()


class Stream(PlainConnection):
    """A `text/event-stream` (HTML, 9.2); its id is the cursor, which the browser sends back as Last-Event-ID."""

    kind = "stream"

    def __init__(self, actor: Actor) -> None:
        super().__init__(actor, standard)
        self._chunks: Queue[bytes | None] = Queue()
        self._size = 0
        self._open = True

    @property
    def ready(self) -> bool:
        """Return whether the client still listens."""
        return self._open

    def send(self, message: Payload) -> None:
        """Add an event to the stream; a client that does not read is let go."""
        if not self._open:
            return
        head = f"id: {message['cursor']}\nevent: {message['type']}\ndata: ".encode()
        chunk = b"".join((head, orjson.dumps(message["data"]), b"\n\n"))
        self._size += len(chunk)
        if self._size > MOST_BYTES:
            counters.ended[SLOW] += 1
            self.close(SLOW)
        else:
            self._chunks.put(chunk)

    def waiting(self) -> int:
        """Return how many bytes wait for the client."""
        return self._size

    def keep_alive(self) -> None:
        """Send a comment: proxies close what is silent, and writing finds out who has gone."""
        if self._open:
            self._size += len(ALIVE)
            self._chunks.put(ALIVE)

    def close(self, reason: str) -> None:
        """End the stream with a comment that says why. A client that does not read may never see it."""
        if self._open:
            self._chunks.put(f": {reason}\n\n".encode())
            self._chunks.put(None)
            self.gone()

    def gone(self) -> None:
        """Forget the client."""
        self._open = False
        super().gone()

    def chunks(self) -> Iterator[bytes]:
        """Yield the stream, for ever."""
        yield b"retry: 2000\n\n"
        while (chunk := self._chunks.get()) is not None:
            self._size -= len(chunk)
            yield chunk
