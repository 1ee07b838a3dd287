"""Delivery of one event to the local clients of its audience, each in its own view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from metaia.core import json
from metaia.core.access.actor import Actor
from metaia.extensions import socketio
from metaia.realtime.catalogue import EventType, Payload, view_for
from metaia.realtime.clients import connections, latency, rooms, slices
from metaia.realtime.clients.connections import Connection
from metaia.realtime.log.store import Event, Head
from metaia.realtime.transport import install as transport

EVENT = "2"  # Socket.IO's packet type; the number of an acknowledgement may follow
# The sids of clients that want the cursor as the last argument of each event (Socket.IO 4.6: `offset`). The handlers of
# Python and Dart fail with a second argument, so only clients that ask for it get it.
with_offset: set[str] = set()


def on_wire(event: Event, payload: Payload, head: Head) -> Payload:
    """Return `payload` with the two fields that every durable event has: `eventId` and `cursor`."""
    return {**payload, "eventId": event.id, "cursor": head.cursor(event.position)}


def to_audience(kind: EventType, event: Event, head: Head) -> None:
    """Send `event` once to every local client that is in one of its rooms, to many in slices (see `slices`).

    Does not switch greenlets.
    """
    plain, audience = rooms.members(event.audience), list(event.audience)
    if slices.under_way() or len(plain) + _members(audience) > slices.MANY:
        sids = (
            [] if socketio.server is None else [sid for sid, _ in _manager().get_participants("/", audience)]
        )
        if len(plain) + len(sids) > slices.MANY:
            slices.begin(event.position, sids, plain, partial(_send, kind, event, head))
            return
        slices.finish_for(sids, plain)
    _send(kind, event, head, audience, plain)


def _members(audience: list[str]) -> int:
    """Return the number of Socket.IO clients in the rooms; one in several rooms counts for each."""
    if socketio.server is None:
        return 0
    there = _manager().rooms.get("/", {})
    return sum(len(there[room]) for room in audience if room in there)


def _send(
    kind: EventType, event: Event, head: Head, audience: list[str], plain: Iterable[Connection]
) -> None:
    """Send to the Socket.IO clients in the rooms or with the sids of `audience`, and to the others in `plain`."""
    for connection in plain:
        connection.deliver(kind, event, head)
    if socketio.server is not None:
        _to_socketio(kind, event, head, audience)


def _to_socketio(kind: EventType, event: Event, head: Head, audience: list[str]) -> None:
    if kind.view is None:
        _emit_live(event, str(kind.wire), on_wire(event, event.payload, head), audience)
        return
    for key, sids in _grouped(kind, event.payload, audience).items():
        _emit_live(event, str(kind.wire), on_wire(event, kind.view.show(event.payload, key), head), sids)


def end_audience(event: Event, head: Head) -> None:
    """End every local client in one of the rooms of `event`, which this release does not know.

    Their last cursor is the one before it, so that they get it from a process of a newer release. They leave their
    rooms first: a later event must not move their cursor. Does not switch greenlets.
    """
    slices.finish()
    before = {
        "cursor": head.cursor(event.position - 1),
        "replayed": 0,
        "complete": False,
        "resync": False,
    }
    for connection in connections_in(event.audience):
        connection.leave_all()
        connection.progress.stop(replace(head, position=event.position - 1))
        connection.sync(before)
        connections.end(connection, connections.OLDER_THAN_LOG)


def connections_in(audience: Iterable[str]) -> list[Connection]:
    """Return the local connections of every transport that are in one of the rooms."""
    audience = list(audience)
    clients = () if socketio.server is None else _manager().get_participants("/", audience)
    found = [connections.open_connections.get(sid) for sid, _ in clients]
    return [*rooms.members(audience), *filter(None, found)]


def to_one(sid: str, actor: Actor, kind: EventType, event: Event, head: Head) -> None:
    """Emit `event` to one Socket.IO client, for replay."""
    emit(str(kind.wire), on_wire(event, view_for(kind, event.payload, actor), head), sid)


def to_rooms(name: str, payload: Payload, audience: list[str]) -> None:
    """Send a message without a cursor once to every local Socket.IO client that is in one of the rooms."""
    clients = dict(_manager().get_participants("/", audience))
    transport.broadcast(socketio.server.eio, clients.values(), EVENT + json.dumps([name, payload]))


def emit(name: str, payload: Payload, sid: str) -> None:
    """Emit a message with a cursor to one local Socket.IO client."""
    eio_sid = _manager().eio_sid_from_sid(sid, "/")
    transport.broadcast(socketio.server.eio, [eio_sid], _text(name, payload, offset=sid in with_offset))


def _grouped(kind: EventType, payload: Payload, audience: list[str]) -> dict[str, list[str]]:
    """Return the sids of the audience by the key of their view."""
    groups: dict[str, list[str]] = {}
    assert kind.view is not None  # noqa: S101
    for sid, _ in _manager().get_participants("/", audience):
        connection = connections.open_connections.get(sid)
        if connection is not None:
            groups.setdefault(kind.view.key(payload, connection.actor), []).append(sid)
    return groups


def _emit_live(event: Event, name: str, payload: Payload, audience: list[str]) -> None:
    """Emit to local clients. A sample of them is asked for an acknowledgement; all others share one frame.

    This does what python-socketio's `emit` does, with four calls fewer for each client.
    """
    clients = dict(_manager().get_participants("/", audience))
    eio = socketio.server.eio
    if asking := clients.keys() & with_offset if with_offset else ():
        # Not part of the sample: their library takes the last argument, which would be the acknowledgement.
        transport.broadcast(eio, [clients.pop(sid) for sid in asking], _text(name, payload, offset=True))
    asked = latency.sample(list(clients), event.created_at)
    text = json.dumps([name, payload])
    own = {clients[sid]: f"{EVENT}{number}{text}" for sid, number in asked.items()}
    transport.broadcast(eio, clients.values(), EVENT + text, own)


def _text(name: str, payload: Payload, *, offset: bool) -> str:
    return EVENT + json.dumps([name, payload, payload["cursor"]] if offset else [name, payload])


def _manager() -> Any:
    return socketio.server.manager
