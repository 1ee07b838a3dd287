"""The gateway: how a Socket.IO client gets in, and how what it sends is handled.

Each event gets its actor, its rate limit, its schema and its acknowledgement here, so that no domain can forget one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from marshmallow import fields, validate
from socketio.exceptions import ConnectionRefusedError as Refused

from metaia.core import actor as actors
from metaia.core.actor import Actor
from metaia.core.errors import Forbidden, NotFound, Problem, Unauthenticated, declare
from metaia.core.failures import as_problem
from metaia.core.schema import Schema
from metaia.core.times import now, rfc3339
from metaia.extensions import socketio
from metaia.realtime import connections, delivery, replay, runtime, transport
from metaia.realtime.bucket import Bucket, of_user
from metaia.realtime.connections import Connection
from metaia.realtime.inbound import INBOUND, on
from metaia.realtime.log import Event, Head

FAREWELLS = frozenset({"session_ended"})
BURST, PER_SECOND = 40.0, 20.0  # events a client may send at once, and steadily
declare({"unknown_event": "Clients cannot send an event of this name."})


class Client(Connection):
    """A Socket.IO client; its key is its sid."""

    kind = "socketio"

    def __init__(self, sid: str, actor: Actor) -> None:
        super().__init__(sid, actor)
        self.bucket = Bucket(BURST, PER_SECOND)
        self.users_bucket = of_user(actor.id, 3 * BURST, 3 * PER_SECOND)

    @property
    def ready(self) -> bool | None:
        """Return whether the answer to its connect has gone out."""
        if socketio.server.manager.is_connected(self.key, "/"):
            return True
        return None if self.key in connections.present else False

    def deliver(self, event: Event, head: Head) -> bool:
        """Emit `event` to this client alone."""
        return delivery.to_one(self.key, self.actor, event, head)

    def waiting(self) -> int:
        """Return how many bytes wait for the client."""
        server = socketio.server
        return transport.waiting(server.eio, server.manager.eio_sid_from_sid(self.key, "/"))

    def sync(self, state: dict[str, Any]) -> None:
        """Emit `sync`."""
        delivery.emit("sync", state, self.key)

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


class Refresh(Schema):
    token = fields.String(required=True, validate=validate.Length(max=4000))


@on("auth:refresh", Refresh, "Go on with a newer access token of the same user.")
def refresh(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let this connection live as long as the new token; a changed role changes its rooms."""
    newer = actors.from_token(data["token"])
    if newer.id != actor.id:
        raise Forbidden("That is somebody else's token.")
    connections.present[_sid()].renew(newer)
    return {"expiresIn": round(newer.expires - now().timestamp()), "at": rfc3339(now())}


def init_app() -> None:
    """Attach to Flask-SocketIO."""
    socketio.on_event("connect", _connect)
    socketio.on_event("disconnect", _disconnect)
    socketio.on_event("*", _receive)


def enter(room: str) -> None:
    """Let the client that is being handled join `room`."""
    socketio.server.enter_room(_sid(), room)


def leave(room: str) -> None:
    """Let the client that is being handled leave `room`."""
    socketio.server.leave_room(_sid(), room)


def keep(room: str, allowed: Callable[[Actor], bool]) -> None:
    """Let only those local clients stay in `room` that are `allowed` in it."""
    for sid, _ in list(socketio.server.manager.get_participants("/", room)):
        client = connections.present.get(sid)
        if client is None or not allowed(client.actor):
            socketio.server.leave_room(sid, room)


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]


def _connect(auth: Any = None) -> None:
    given = auth if isinstance(auth, dict) else {}
    try:
        actor = actors.from_token(_token(given))
    except Problem as problem:
        refusal = Refused(problem.message)
        refusal.error_args = problem.as_dict() | {"data": problem.as_dict()}  # JavaScript shows only `data`
        raise refusal from None
    sid = _sid()
    if sid in connections.present:
        return  # a client's event of this name, not a connection
    client = connections.present[sid] = Client(sid, actor)
    cursor = given.get("cursor")
    runtime.current().spawn(replay.admit, client, cursor if isinstance(cursor, str) else None)


def _token(given: dict[str, Any]) -> str:
    token = given.get("token")
    if token is None:
        return actors.bearer(request.headers.get("Authorization"))
    if not isinstance(token, str):
        raise Unauthenticated("The token is not valid.", code="token_invalid")
    return token.removeprefix("Bearer ")


def _disconnect(*_: Any) -> None:
    sid = _sid()
    if socketio.server.manager.is_connected(sid, "/"):
        return  # a client's event of this name: it stays, so it must stay known
    connections.present.pop(sid, None)


def _receive(name: str, *arguments: Any) -> dict[str, Any]:
    try:
        return {"ok": True, "data": _handled(name, arguments)}
    except Exception as error:  # noqa: BLE001 - as_problem logs what is unexpected
        return {"ok": False, "error": as_problem(error).as_dict()}


def _handled(name: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    # Flask-SocketIO takes an event named "*" for its own catch-all: the name is then the sender's sid.
    client = connections.present.get(name) or connections.present.get(_sid())
    if not isinstance(client, Client):
        raise Unauthenticated
    client.bucket.take()
    client.users_bucket.take()
    inbound = INBOUND.get(name)
    if inbound is None:
        raise NotFound("There is no such event.", code="unknown_event")
    if client.actor.expires <= now().timestamp():
        connections.end(client, "token_expired")  # after the answer
        raise Unauthenticated("The token has expired.", code="token_expired")
    return inbound.handle(client.actor, inbound.read(arguments))
