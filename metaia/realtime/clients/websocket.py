"""Clients without Socket.IO, from the same log and cursor: what they have in common, and plain WebSockets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

import orjson

from metaia.core import metrics
from metaia.core.access.actor import Actor
from metaia.core.errors import TooMany
from metaia.core.ids import new_id
from metaia.realtime.catalogue import EventType, Payload, view_for
from metaia.realtime.clients import connections, rooms
from metaia.realtime.clients.connections import Connection
from metaia.realtime.clients.fanout import on_wire
from metaia.realtime.log.store import Event, Head
from metaia.realtime.transport import frames, websocket
from metaia.realtime.transport.websocket import CLOSED, Link

Format = Callable[[EventType, Event, Head, Actor], Payload | None]
POLICY = 1008  # the close code for whoever may not stay (RFC 6455, 7.4.1)
REFUSED = 4000  # plus the HTTP status: the close code for whoever may not come in


def standard(kind: EventType, event: Event, head: Head, actor: Actor) -> Payload | None:
    """Return `{type, data, cursor}` of an event."""
    data = on_wire(event, view_for(kind, event.payload, actor), head)
    return {"type": kind.wire, "data": data, "cursor": data["cursor"]}


def rendered_as(name: str) -> Format:
    """Return the format that sends `EventType.renderings[name]`, and no event that lacks it."""

    def render(kind: EventType, event: Event, _: Head, __: Actor) -> Payload | None:
        make = kind.renderings.get(name)
        return make(event.payload) if make else None

    return render


class PlainConnection(Connection):
    """What WebSockets and streams have in common: rooms of our own, messages in a format.

    Raises TooMany when the user has too many connections.
    """

    def __init__(self, actor: Actor, render: Format) -> None:
        super().__init__(new_id(), actor)
        self.render = render
        connections.add(self)

    def deliver(self, kind: EventType, event: Event, head: Head) -> bool:
        """Send the event in this client's format."""
        message = self.render(kind, event, head, self.actor)
        if message is not None:
            self.send(message)
        return message is not None

    def sync(self, state: Payload) -> None:
        """Send `sync`, where the format has cursors."""
        if self.render is standard:
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
        connections.remove(self.key)
        rooms.leave_all(self)


class WebSocketClient(PlainConnection):
    """A plain WebSocket."""

    kind = "websocket"

    def __init__(self, actor: Actor, render: Format, link: Link) -> None:
        super().__init__(actor, render)
        self.link = link
        self._open = True

    @property
    def ready(self) -> bool:
        """Return whether the socket is open; its handshake is over."""
        return self._open

    def send(self, message: Payload) -> None:
        """Write a text frame."""
        self.link.sink.write(frames.frame(orjson.dumps(message)))

    def heard(self, _: str) -> None:
        """Take a message: nobody listens, but who talks without end is let go."""
        try:
            self.allowance.message()
        except TooMany as problem:
            self.link.receive = websocket.nothing
            connections.end(self, problem.code)

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
            metrics.ended[reason] += 1
        self.gone()
