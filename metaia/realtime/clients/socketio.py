"""A Socket.IO client, as the rest of the real-time path sees it."""

from __future__ import annotations

from typing import Any

from metaia.extensions import socketio
from metaia.realtime.catalogue import EventType
from metaia.realtime.clients import connections, fanout
from metaia.realtime.clients.connections import Connection
from metaia.realtime.log.store import Event, Head
from metaia.realtime.transport import install as transport
from metaia.realtime.transport import unauthenticated

FAREWELLS = frozenset({"session_ended"})


class Client(Connection):
    """A Socket.IO client; its key is its sid."""

    kind = "socketio"

    @property
    def ready(self) -> bool | None:
        """Return whether the answer to its connect has gone out."""
        if socketio.server.manager.is_connected(self.key, "/"):
            return True
        return None if self.key in connections.present else False

    def deliver(self, kind: EventType, event: Event, head: Head) -> bool:
        """Emit `event` to this client alone."""
        fanout.to_one(self.key, self.actor, kind, event, head)
        return True

    def waiting(self) -> int:
        """Return how many bytes wait for the client."""
        server = socketio.server
        return transport.waiting(server.eio, server.manager.eio_sid_from_sid(self.key, "/"))

    def sync(self, state: dict[str, Any]) -> None:
        """Emit `sync`."""
        fanout.emit("sync", state, self.key)

    def enter(self, room: str) -> None:
        """Join one of Socket.IO's rooms."""
        socketio.server.enter_room(self.key, room)

    def leave(self, room: str) -> None:
        """Leave one of Socket.IO's rooms."""
        socketio.server.leave_room(self.key, room)

    def close(self, reason: str) -> None:
        """Disconnect. After Socket.IO's own goodbye its clients stay away, so that is for those who should."""
        server = socketio.server
        if reason in FAREWELLS:
            server.disconnect(self.key)
        elif (eio_sid := server.manager.eio_sid_from_sid(self.key, "/")) is not None:
            server.eio.disconnect(eio_sid)


def refuse(sid: str) -> None:
    """Remember that whoever is behind `sid` was not let in."""
    if (engine := _engine(sid)) is not None:
        engine.refuse_name()


def introduce(sid: str) -> None:
    """Remember that the Engine.IO connection under `sid` has said who it is."""
    unauthenticated.known(socketio.server.manager.eio_sid_from_sid(sid, "/"))


def part(sid: str) -> None:
    """Let go of the client `sid`; if its Engine.IO connection stays, it is a stranger's again."""
    connections.remove(sid)
    if (engine := _engine(sid)) is not None:
        engine.wait_for_name()


def _engine(sid: str) -> Any:
    server = socketio.server
    return server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
