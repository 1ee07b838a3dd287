"""Rooms of clients without Socket.IO, which has rooms of its own."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.realtime.clients.connections import Connection

_members: dict[str, dict[Connection, None]] = {}


def join(connection: Connection, room: str) -> None:
    """Put a connection into a room."""
    _members.setdefault(room, {})[connection] = None


def leave(connection: Connection, room: str) -> None:
    """Take a connection out of a room."""
    there = _members.get(room, {})
    there.pop(connection, None)
    if not there:
        _members.pop(room, None)


def leave_all(connection: Connection) -> None:
    """Take a connection out of every room."""
    for room in [room for room, there in _members.items() if connection in there]:
        leave(connection, room)


def count() -> int:
    """Return the number of rooms that have members."""
    return len(_members)


def members(rooms: Iterable[str]) -> list[Connection]:
    """Return the connections that are in at least one of `rooms`, each once."""
    return list({connection: None for room in rooms for connection in _members.get(room, ())})
