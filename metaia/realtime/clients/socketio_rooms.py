"""Socket.IO's rooms with an index by client.

The stock manager searches every room when one client disconnects. When 5,000 clients disconnect at once, each with a
room of its own, that makes 25 million searches.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Any

import socketio

from metaia.realtime.clients import latency


class Manager(socketio.RedisManager):  # type: ignore[misc]
    """Emits ephemeral events to all processes through Redis, and knows the rooms of each client."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._rooms_of: dict[str, set[str | None]] = defaultdict(set)

    def basic_enter_room(
        self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None
    ) -> None:
        """Put a client into a room."""
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        self._rooms_of[sid].add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        """Take a client out of a room."""
        super().basic_leave_room(sid, namespace, room)
        self._rooms_of[sid].discard(room)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:  # noqa: ARG002
        """Return the rooms of a client."""
        return [room for room in self._rooms_of.get(sid, ()) if room is not None]

    def trigger_callback(self, sid: str | None, id: int | None, data: Any) -> None:  # noqa: A002, ARG002
        """Handle a client's acknowledgement; only `latency` asks for any."""
        latency.acknowledged(sid, id)

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        """Remove a client."""
        for room in list(self._rooms_of[sid]):
            self.basic_leave_room(sid, namespace, room)
        del self._rooms_of[sid]
        latency.remove(sid)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            with suppress(KeyError, ValueError):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]
