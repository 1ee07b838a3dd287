"""Handing one event to the local sockets of its audience, each seeing what is meant for it."""

from __future__ import annotations

from typing import Any

from metaia.core.actor import Actor
from metaia.extensions import socketio
from metaia.realtime.catalogue import EVENTS, EventType, Payload, seen_by
from metaia.realtime.log import Event, Head

clients: dict[str, Actor] = {}  # the actor of every connected sid of this process


def on_wire(event: Event, payload: Payload, head: Head) -> Payload:
    """Return `payload` with what every durable event carries."""
    return {**payload, "eventId": event.id, "cursor": head.cursor(event.position)}


def to_rooms(event: Event, head: Head) -> None:
    """Emit `event` to every local socket that is in one of its rooms, once. Does not switch greenlets."""
    kind = EVENTS.get(event.type)
    if kind is None or kind.wire is None or socketio.server is None:
        return
    rooms = list(event.audience)
    if kind.view is None:
        _emit(kind.wire, on_wire(event, event.payload, head), rooms)
        return
    for key, sids in _grouped(kind, event.payload, rooms).items():
        _emit(kind.wire, on_wire(event, kind.view.show(event.payload, key), head), sids)


def to_one(sid: str, actor: Actor, event: Event, head: Head) -> bool:
    """Emit `event` to one socket, for replay. Returns whether it is an event that clients see."""
    kind = EVENTS.get(event.type)
    if kind is None or kind.wire is None:
        return False
    _emit(kind.wire, on_wire(event, seen_by(event.type, event.payload, actor), head), [sid])
    return True


def emit(name: str, payload: Payload, sid: str) -> None:
    """Emit something that is not in the log to one local socket."""
    _emit(name, payload, [sid])


def _grouped(kind: EventType, payload: Payload, rooms: list[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    assert kind.view is not None  # noqa: S101
    for sid, _ in _manager().get_participants("/", rooms):
        actor = clients.get(sid)
        if actor is not None:
            groups.setdefault(kind.view.key(payload, actor), []).append(sid)
    return groups


def _emit(name: str, payload: Payload, rooms: list[str]) -> None:
    _manager().emit(name, payload, namespace="/", room=rooms, ignore_queue=True)


def _manager() -> Any:
    return socketio.server.manager
