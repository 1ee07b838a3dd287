"""Clients without Socket.IO: what plain WebSockets and event streams have in common, and plain WebSockets."""

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
from metaia.realtime.transport.frames import POLICY_VIOLATION, SERVICE_RESTART
from metaia.realtime.transport.websocket import CLOSED, WebSocketConnection

Format = Callable[[EventType, Event, Head, Actor], Payload | None]


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
    """A connection with rooms of our own; a format renders its messages.

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
        """Send `sync`, if the format has cursors."""
        if self.render is standard:
            self.send({"type": "sync", "data": state, "cursor": state["cursor"]})

    @abstractmethod
    def send(self, message: Payload) -> None:
        """Send one message; returns at once."""

    def join(self, room: str) -> None:
        """Join a room."""
        rooms.join(self, room)

    def leave(self, room: str) -> None:
        """Leave a room."""
        rooms.leave(self, room)

    def leave_all(self) -> None:
        """Leave all rooms."""
        rooms.leave_all(self)

    def remove(self) -> None:
        """Remove the client from all rooms and from the open connections."""
        connections.remove(self.key)
        rooms.leave_all(self)


class WebSocketClient(PlainConnection):
    """A plain WebSocket. It counts before its handshake is answered, so that it can still be refused."""

    kind = "websocket"

    def __init__(self, actor: Actor, render: Format) -> None:
        super().__init__(actor, render)
        self._websocket: WebSocketConnection | None = None
        self._open: bool | None = None
        self._sends_at_ping = 0
        self._pings = self._marked_ping = 0  # numbers of the last ping, and of the last marked in `progress`
        self._unproven = False  # something was sent after a ping that is not yet answered

    @property
    def websocket(self) -> WebSocketConnection:
        """Return the connection; it must have been opened."""
        assert self._websocket is not None  # noqa: S101
        return self._websocket

    def open(self, connection: WebSocketConnection) -> None:
        """Use `connection`: its handshake has been answered."""
        connection.on_message, connection.on_close = self.on_message, self.on_close
        connection.on_pong = self._on_pong
        self._websocket = connection
        if self._open is None:
            self._open = True
        else:
            connection.close(POLICY_VIOLATION, "session_ended")

    @property
    def ready(self) -> bool | None:
        """Return whether the socket is open; None while its handshake is not answered."""
        return self._open

    def deliver(self, kind: EventType, event: Event, head: Head) -> bool:
        """Send the event; if its format has no `eventId`, ask at once for its receipt.

        A page that gets such an event again after a cut cannot recognise it: it shows a new order twice.
        """
        sent = super().deliver(kind, event, head)
        if sent and self.render is not standard:
            self._ask()
        return sent

    def send(self, message: Payload) -> None:
        """Write a text frame."""
        self.websocket.buffer.write(frames.frame(orjson.dumps(message)))

    def on_message(self, _: str) -> None:
        """Ignore a message; disconnect a client that sends too many."""
        try:
            self.limits.count_message()
        except TooMany as problem:
            self.websocket.on_message = websocket.ignore
            connections.end(self, problem.code)

    def buffered(self) -> int:
        """Return the number of bytes that are not yet sent to the client."""
        return self.websocket.buffer.size

    def keep_alive(self) -> None:
        """Send a ping. If the client is unreachable, its kernel does not acknowledge it and the connection breaks."""
        if not self._open:
            return
        self._ping()
        self.websocket.buffer.flush()  # what is sent after it must not count as sent before
        self._sends_at_ping = self.websocket.buffer.sends

    def prove(self) -> None:
        """Send a ping, if the connection can be resumed and something was sent since the last ping."""
        if not self._open or self.progress.on_proof is None:
            return
        if self.websocket.buffer.sends != self._sends_at_ping:
            self.keep_alive()

    def _ask(self) -> None:
        """Send a ping at the end of this turn of the loop, or when the one before is answered."""
        self._unproven = self.progress.waiting
        if not self._unproven:
            self._ping()

    def _ping(self) -> None:
        """Write a ping with its number. Its answer proves what was sent before it, unless an earlier one must first."""
        self._pings += 1
        self._unproven = self.progress.waiting
        if not self._unproven:
            self.progress.mark()
            self._marked_ping = self._pings
        self.websocket.buffer.write(frames.frame(str(self._pings).encode(), frames.PING))

    def _on_pong(self, payload: bytes) -> None:
        """Take the number of a ping. A client may answer the last of several only (RFC 6455, section 5.5.3)."""
        number = int(payload) if payload.isdigit() else 0
        if number >= self._marked_ping:  # else sent unasked, or for a ping before the mark
            self.progress.confirm()
            if self._unproven:
                self._ask()

    def close(self, reason: str) -> None:
        """Close the connection, with `reason` in the close frame."""
        if self._websocket is None:
            self._open = False
            return
        self.websocket.close(SERVICE_RESTART if reason in connections.RESTARTS else POLICY_VIOLATION, reason)

    def on_close(self, reason: str) -> None:
        """Remove the client; count `reason` unless the client itself closed."""
        self._open = False
        if reason != CLOSED:
            metrics.ended[reason] += 1
        elif self.websocket.said_goodbye and self.on_goodbye is not None:
            self.on_goodbye()
        self.remove()
