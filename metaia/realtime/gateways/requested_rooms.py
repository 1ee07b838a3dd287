"""Rooms that Socket.IO clients ask for: joined, left, and restored for a client that is recovered.

`socket.recovered` states that rooms are as before, so clients do not ask for them again. The record of a connection has
the messages by which it joined its rooms. When the client is back, their handlers run again, and so do their checks of
access. The rooms are entered together with the client's own, after the events that it missed in all of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import gevent
import structlog
from gevent.lock import BoundedSemaphore

from metaia.core.access import actor as actors
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Problem, Unavailable, declare
from metaia.extensions import socketio
from metaia.realtime import runtime
from metaia.realtime.clients import connections, fanout
from metaia.realtime.clients.connections import Connection, Message
from metaia.realtime.clients.socketio import Client
from metaia.realtime.inbound import INBOUND, InboundEvent

MAX_ROOMS = 200  # of one connection
WAIT_SECONDS = 10.0  # of a message that joins a room, for the client to have what it missed
declare({"too_many_rooms": "The connection is in as many rooms as it may be: leave one."})
_reads = BoundedSemaphore(4)  # so that returning clients leave database connections to requests
_restoring: set[Client] = set()  # their rooms are checked, and not yet entered
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Sending:
    client: Client
    message: Message
    restoring: bool


class _CatchingUp(Exception):
    """The sender of a message that joins a room has not yet got all that it missed."""


_sending: ContextVar[_Sending] = ContextVar("sending")


def handled(client: Client, message: Message, inbound: InboundEvent, data: dict[str, Any]) -> dict[str, Any]:
    """Handle a message, and return its answer. If it joins a room, wait until the client has what it missed.

    Otherwise the replay would have the room's events from before, and its `sync` would follow events that are newer.
    Raises Unavailable if that takes too long, and what the handler raises.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        with suppress(_CatchingUp), _sent_by(client, message):
            return inbound.handle(client.actor, data)
        while not client.progress.live:
            if not client.ready or time.monotonic() > deadline:
                raise Unavailable
            gevent.sleep(0.01)


@contextmanager
def _sent_by(client: Client, message: Message, *, restoring: bool = False) -> Iterator[None]:
    """Let `join` and `leave` refer to a client, and to the message that it has sent."""
    token = _sending.set(_Sending(client, message, restoring))
    try:
        yield
    finally:
        _sending.reset(token)


def sender() -> Client:
    """Return the client that has sent the current message."""
    return _sending.get().client


def restoring() -> bool:
    """Return whether the current message is of a client that is back: its answer is dropped."""
    return _sending.get().restoring


def join(room: str) -> None:
    """Put the sender of the current message into `room`. Raises Conflict above MAX_ROOMS, without those of memberships.

    Raises _CatchingUp while the client has not yet got what it missed: `handled` then runs the whole handler again, so
    a handler must change nothing before it joins.
    """
    now = _sending.get()
    if not now.restoring and not now.client.progress.live:
        raise _CatchingUp
    joined = socketio.server.rooms(now.client.key)
    if len(joined) - len(now.client.memberships) >= MAX_ROOMS and room not in joined:
        raise Conflict("Leave another room first.", code="too_many_rooms")
    now.client.requested[room] = now.message
    if not now.restoring:
        socketio.server.enter_room(now.client.key, room)
        now.client.progress.store()


def leave(room: str) -> None:
    """Take the sender of the current message out of `room`, unless it is in it by a membership too."""
    client = sender()
    if room not in client.memberships:
        client.leave(room)
    client.forget(room)


@contextmanager
def all_or_none() -> Iterator[None]:
    """If the block raises an error, take the sender out of the rooms that it was not in before the current message."""
    now = _sending.get()
    client, former = now.client, dict(now.client.requested)
    try:
        yield
    except Exception:
        for room in [room for room, message in client.requested.items() if message is now.message]:
            if room in former:
                client.requested[room] = former[room]
                client.progress.store()
            else:
                leave(room)
        raise


def evict_unless(room: str, allowed: Callable[[Actor], bool]) -> None:
    """Take the local clients out of `room` that are not `allowed` in it."""
    for sid, _ in list(socketio.server.manager.get_participants("/", room)):
        client = connections.open_connections.get(sid)
        if client is None or not allowed(client.actor):
            socketio.server.leave_room(sid, room)
            _forget(client, room)
    for client in _restoring:
        if not allowed(client.actor):
            _forget(client, room)


@contextmanager
def restored(connection: Connection) -> Iterator[None]:
    """Give a client that is back its rooms, which the block must enter; then send it their current state.

    May wait for the database, and raises its errors.
    """
    if not isinstance(connection, Client) or not connection.former:
        yield
        return
    _restoring.add(connection)
    connection.checked_at = runtime.current().feed.head.position
    try:
        found = [message for message in list(connection.former) if _request(connection, message)]
        yield
    finally:
        _restoring.discard(connection)
    for message in found:
        _show(connection, message)


def _request(client: Client, message: Message) -> bool:
    """Handle a message of the former connection again; return whether its room may be entered."""
    inbound = INBOUND.current().get(message[0])
    try:
        if inbound is not None:
            actors.set_current(client.actor)
            with _reads, _sent_by(client, message, restoring=True):
                inbound.handle(client.actor, inbound.parse((message[1],)))
    except Unavailable as error:  # for the next time that the client is back
        logger.warning("room not restored", event_name=message[0], error=error.code)
        return False
    except Problem:  # access has ended
        inbound = None
    client.former.remove(message)
    return inbound is not None


def _show(client: Client, message: Message) -> None:
    """Send the state of a room that no missed event shows."""
    inbound: InboundEvent = INBOUND.current()[message[0]]
    if inbound.state is None:
        return
    try:
        name, payload = inbound.state(inbound.parse((message[1],)))
    except Problem as error:
        logger.warning("state of a room not sent", event_name=message[0], error=error.code)
        return
    if client.ready:
        fanout.emit(name, payload, client.key)


def _forget(client: Connection | None, room: str) -> None:
    if isinstance(client, Client):
        client.requested.pop(room, None)
