"""The gateway: how a Socket.IO client gets in, catches up, and asks for things.

Domains register what clients may send with `@on(...)`; here each such event gets its actor, its schema, its rate limit
and its acknowledgement, so that no domain can forget one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gevent
from flask import request
from marshmallow import ValidationError
from socketio.exceptions import ConnectionRefusedError as Refused

from metaia.core import actor as actors
from metaia.core.actor import Actor
from metaia.core.errors import Invalid, NotFound, Problem, TooMany, Unauthenticated, declare, flatten
from metaia.core.failures import as_problem
from metaia.core.schema import Schema
from metaia.extensions import socketio
from metaia.realtime import delivery, replay, runtime

Handler = Callable[[Actor, dict[str, Any]], dict[str, Any]]
BURST, PER_SECOND = 40.0, 20.0  # events a client may send at once, and steadily
declare({"unknown_event": "Clients cannot send an event of this name."})


@dataclass(frozen=True)
class Inbound:
    """An event that clients may send."""

    name: str
    schema: type[Schema]
    handle: Handler
    summary: str


@dataclass(slots=True)
class Bucket:
    """A token bucket."""

    tokens: float = BURST
    filled: float = field(default_factory=time.monotonic)

    def take(self) -> None:
        """Take one token. Raises TooMany when there is none."""
        moment = time.monotonic()
        self.tokens = min(BURST, self.tokens + (moment - self.filled) * PER_SECOND)
        self.filled = moment
        if self.tokens < 1:
            raise TooMany(retry_after=1)
        self.tokens -= 1


INBOUND: dict[str, Inbound] = {}
_buckets: dict[str, Bucket] = {}


def on(name: str, schema: type[Schema], summary: str) -> Callable[[Handler], Handler]:
    """Register a handler for the inbound event `name`; its one argument is validated against `schema`.

    Where the schema has a single field, a client may send the bare value: `emit("join_order_room", id)`.
    """

    def register(handle: Handler) -> Handler:
        INBOUND[name] = Inbound(name, schema, handle, summary)
        return handle

    return register


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
        actor = delivery.clients.get(sid)
        if actor is None or not allowed(actor):
            socketio.server.leave_room(sid, room)


def end_session(session_id: str) -> None:
    """Disconnect every local socket of a session that has ended."""
    for sid, actor in list(delivery.clients.items()):
        if actor.session_id == session_id:
            gevent.spawn(socketio.server.disconnect, sid)  # sending may block; an event listener must not


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
    if sid in delivery.clients:
        return  # a client's event of this name, not a connection
    delivery.clients[sid] = actor
    _buckets[sid] = Bucket()
    cursor = given.get("cursor")
    runtime.current().spawn(replay.admit, sid, actor, cursor if isinstance(cursor, str) else None)


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
    delivery.clients.pop(sid, None)
    _buckets.pop(sid, None)


def _receive(name: str, *arguments: Any) -> dict[str, Any]:
    try:
        return {"ok": True, "data": _handled(name, arguments)}
    except Exception as error:  # noqa: BLE001 - as_problem logs what is unexpected
        return {"ok": False, "error": as_problem(error).as_dict()}


def _handled(name: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    sid = _sid()
    actor = delivery.clients.get(sid)
    if actor is None:
        raise Unauthenticated
    _buckets[sid].take()
    inbound = INBOUND.get(name)
    if inbound is None:
        raise NotFound("There is no such event.", code="unknown_event")
    if actor.expires <= time.time():
        gevent.spawn(socketio.server.disconnect, sid)  # after the answer
        raise Unauthenticated("The token has expired.", code="token_expired")
    return inbound.handle(actor, _validated(inbound.schema(), arguments))


def _validated(schema: Schema, arguments: tuple[Any, ...]) -> dict[str, Any]:
    if len(arguments) != 1:
        raise Invalid("Send exactly one argument.")
    given = arguments[0]
    if len(schema.fields) == 1 and not isinstance(given, dict):
        given = {next(iter(schema.fields.values())).data_key: given}
    try:
        loaded: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        raise Invalid(details=flatten(error.messages)) from None
    return loaded
