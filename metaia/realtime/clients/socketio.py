"""A Socket.IO client as a `Connection`."""

from __future__ import annotations

from typing import Any

from metaia.core.access.actor import Actor
from metaia.extensions import socketio
from metaia.realtime.catalogue import EventType
from metaia.realtime.clients import connections, fanout
from metaia.realtime.clients.connections import Connection, Message
from metaia.realtime.log.store import Event, Head
from metaia.realtime.transport import install as transport
from metaia.realtime.transport import unauthenticated

MAX_KEPT = 40  # requested rooms; a client with more is not recovered, so it asks for them again
FINAL_REASONS = frozenset({"session_ended"})  # after these, a client should not reconnect


class Client(Connection):
    """A Socket.IO client; its key is its sid. `with_offset`: each of its events ends with the cursor."""

    kind = "socketio"

    def __init__(self, sid: str, actor: Actor, *, with_offset: bool = False) -> None:
        super().__init__(sid, actor)
        self.with_offset = with_offset
        self.requested: dict[str, Message] = {}  # rooms, and the messages by which the client joined them
        self.former: list[Message] = []  # those of its former connection that are not yet handled again
        # Position of the log up to which the checks of its former rooms know changes of access.
        self.checked_at = 0
        self.hidden: set[str] = set()  # requested rooms of which it gets no more missed events

    @property
    def rooms(self) -> set[str]:
        """Return the rooms of its user, and those that it has asked for."""
        return super().rooms | (self.requested.keys() - self.hidden)

    def requests(self) -> list[Message] | None:
        """Return the messages by which the client is in rooms, to be handled again; None if they are too many."""
        messages = [*self.former, *(found for found in self.requested.values() if found not in self.former)]
        return messages if len(messages) <= MAX_KEPT else None

    @property
    def ready(self) -> bool | None:
        """Return whether the answer to the client's connect packet has been sent."""
        if socketio.server.manager.is_connected(self.key, "/"):
            return True
        return None if self.key in connections.open_connections else False

    def deliver(self, kind: EventType, event: Event, head: Head) -> bool:
        """Emit `event` to this client only."""
        fanout.to_one(self.key, self.actor, kind, event, head)
        return True

    def buffered(self) -> int:
        """Return the number of bytes that are not yet sent to the client."""
        server = socketio.server
        return transport.buffered(server.eio, server.manager.eio_sid_from_sid(self.key, "/"))

    def sync(self, state: dict[str, Any]) -> None:
        """Emit `sync`."""
        fanout.emit("sync", state, self.key)

    def join(self, room: str) -> None:
        """Join one of Socket.IO's rooms."""
        socketio.server.enter_room(self.key, room)

    def leave(self, room: str) -> None:
        """Leave one of Socket.IO's rooms."""
        socketio.server.leave_room(self.key, room)

    def leave_all(self) -> None:
        """Leave all of Socket.IO's rooms, except the client's own."""
        for room in socketio.server.rooms(self.key):
            if room != self.key:
                self.leave(room)

    def enter_all(self) -> None:
        """Enter its rooms, and those to which the user has access again."""
        self.hidden.clear()
        super().enter_all()

    def access_ended(self, room: str, position: int) -> None:
        """Hide missed events of a room; forget it, unless the user's access was checked after it had ended."""
        if position > self.checked_at:
            self.forget(room)
        else:
            self.hidden.add(room)

    def forget(self, room: str) -> None:
        """Forget that the client has asked for a room."""
        if self.requested.pop(room, None) is not None:
            self.progress.store()

    def close(self, reason: str) -> None:
        """Close the Engine.IO connection, after which clients reconnect.

        For FINAL_REASONS, send Socket.IO's disconnect packet instead, after which they do not.
        """
        server = socketio.server
        if reason in FINAL_REASONS:
            server.disconnect(self.key)
        elif (eio_sid := server.manager.eio_sid_from_sid(self.key, "/")) is not None:
            server.eio.disconnect(eio_sid)


def connected(client: Client) -> None:
    """Lift the time limit that the client's Engine.IO connection had for authenticating; its pings prove progress."""
    if client.with_offset:
        fanout.with_offset.add(client.key)
    if (engine := _engine(client.key)) is not None:
        unauthenticated.remove(engine.sid)
        engine.progress = client.progress


def disconnected(sid: str) -> None:
    """Remove the client `sid`. If its Engine.IO connection stays open, it must authenticate again within the limit."""
    connections.remove(sid)
    fanout.with_offset.discard(sid)
    if (engine := _engine(sid)) is not None:
        engine.progress = None
        engine.await_authentication()


def _engine(sid: str) -> Any:
    server = socketio.server
    return server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
