"""The gateway: how a Socket.IO client gets in, and how what it sends is handled.

Each event gets its actor, its rate limit, its schema and its acknowledgement here, so that no domain can forget one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, request
from flask_socketio import Namespace
from marshmallow import fields, validate
from socketio.exceptions import ConnectionRefusedError as Refused
from structlog.contextvars import clear_contextvars

from metaia.core.access import actor as actors
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, NotFound, Problem, Unauthenticated, declare
from metaia.core.http.error_handlers import as_problem
from metaia.core.http.fields import Schema
from metaia.core.times import now, rfc3339
from metaia.extensions import socketio
from metaia.realtime import runtime
from metaia.realtime.clients import connections
from metaia.realtime.clients.socketio import Client, introduce, part, refuse
from metaia.realtime.gateways import replay
from metaia.realtime.inbound import INBOUND, InboundEvent, on

MOST_ROOMS = 200  # of one connection
declare(
    {
        "unknown_event": "Clients cannot send an event of this name.",
        "too_many_rooms": "A connection can be in so many rooms only: leave one.",
    }
)


class Refresh(Schema):
    token = fields.String(required=True, validate=validate.Length(max=4000))


@on("auth:refresh", Refresh, "Go on with a newer access token of the same user.", changes=False)
def refresh(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let this connection live as long as the new token; a changed role changes its rooms."""
    newer = actors.from_token(data["token"])
    if (newer.id, newer.impersonator) != (actor.id, actor.impersonator):
        raise Forbidden("That is somebody else's token.")
    connections.present[_sid()].renew(newer)
    return {"expiresIn": round(newer.expires - now().timestamp()), "at": rfc3339(now())}


def init_app(app: Flask) -> None:
    """Attach to Flask-SocketIO."""
    socketio.on_namespace(_Events("/", INBOUND.of(app)))


def enter(room: str) -> None:
    """Let the client that is being handled join `room`. Raises Conflict when it is in as many as one may be."""
    there = socketio.server.rooms(_sid())
    if len(there) >= MOST_ROOMS and room not in there:
        raise Conflict("Leave another room first.", code="too_many_rooms")
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
    sid = _sid()
    given = auth if isinstance(auth, dict) else {}
    try:
        client = Client(sid, actors.from_token(_token(given)))
        connections.add(client)
        introduce(sid)
    except Problem as problem:
        refuse(sid)
        refusal = Refused(problem.message)
        refusal.error_args = problem.as_dict() | {"data": problem.as_dict()}  # JavaScript shows only `data`
        raise refusal from None
    real_time = runtime.current()
    for hook in real_time.connect_hooks:
        hook(client)
    cursor = given.get("cursor")
    real_time.spawn(replay.admit, client, cursor if isinstance(cursor, str) else None)


def _token(given: dict[str, Any]) -> str:
    token = given.get("token")
    if token is None:
        return actors.bearer(request.headers.get("Authorization"))
    if not isinstance(token, str):
        raise Unauthenticated("The token is not valid.", code="token_invalid")
    return token.removeprefix("Bearer ")


def _disconnect(*_: Any) -> None:
    part(_sid())


class _Events(Namespace):
    """Takes events of all names. A handler of "*", which is meant for that, misreads an event whose name is "*"."""

    on_connect = staticmethod(_connect)
    on_disconnect = staticmethod(_disconnect)

    def __init__(self, namespace: str, inbound: Mapping[str, InboundEvent]) -> None:
        super().__init__(namespace)
        self._inbound = inbound

    def on_any(self, name: str, *arguments: Any) -> dict[str, Any]:
        clear_contextvars()
        try:
            return {"ok": True, "data": _handled(self._inbound.get(name), arguments)}
        except Exception as error:  # noqa: BLE001 - as_problem logs what is unexpected
            return {"ok": False, "error": as_problem(error).as_dict()}

    def trigger_event(self, event: Any, sid: str, *arguments: Any) -> Any:
        begins = event == "connect" and sid not in connections.present
        ends = event == "disconnect" and not socketio.server.manager.is_connected(sid, "/")
        if begins or ends:
            return super().trigger_event(event, sid, *arguments)
        # a client's own event "connect" is one like others
        return super().trigger_event("any", sid, str(event), *arguments)


def _handled(inbound: InboundEvent | None, arguments: tuple[Any, ...]) -> dict[str, Any]:
    client = connections.present.get(_sid())
    if not isinstance(client, Client):
        raise Unauthenticated
    client.allowance.message()
    if inbound is None:
        raise NotFound("There is no such event.", code="unknown_event")
    if client.actor.expires <= now().timestamp():
        connections.end(client, "token_expired")  # after the answer
        raise Unauthenticated("The token has expired.", code="token_expired")
    actors.set_current(client.actor)
    if inbound.changes:
        actors.forbid_impersonation(client.actor)
    return inbound.handle(client.actor, inbound.read(arguments))
