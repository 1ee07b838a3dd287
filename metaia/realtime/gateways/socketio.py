"""The Socket.IO gateway: it handles the events that clients send; `handshake.py` lets them in.

Every inbound event gets its actor, rate limit, validation and acknowledgement here, so that no domain can omit one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Flask, request
from flask_socketio import Namespace
from marshmallow import fields, validate
from structlog.contextvars import clear_contextvars

from metaia.core.access import actor as actors
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, NotFound, Unauthenticated, declare
from metaia.core.http.error_handlers import as_problem
from metaia.core.http.fields import Schema
from metaia.core.times import now, rfc3339
from metaia.extensions import socketio
from metaia.realtime.clients import connections, token_ends
from metaia.realtime.clients.socketio import Client, disconnected
from metaia.realtime.gateways import handshake, requested_rooms
from metaia.realtime.inbound import INBOUND, InboundEvent, on

declare({"unknown_event": "Clients cannot send an event of this name."})


class NewerToken(Schema):
    token = fields.String(required=True, validate=validate.Length(max=4000))


class Continued(Schema):
    """How many seconds after `at` the connection's token ends."""

    expires_in = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)


@on(
    "auth:refresh",
    NewerToken,
    "Continue with a newer access token of the same user.",
    returns=Continued,
    changes=False,
)
def refresh(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Extend this connection to the end of the new token. If the user's role has changed, its rooms change too."""
    newer = actors.from_token(data["token"])
    if (newer.id, newer.impersonator) != (actor.id, actor.impersonator):
        raise Forbidden("The token belongs to another user.")
    if newer.session_id == actor.session_id:  # an older token does not shorten the connection
        newer = replace(newer, expires=max(newer.expires, actor.expires))
    connections.open_connections[_sid()].renew(newer)
    return {"expiresIn": round(newer.expires - now().timestamp()), "at": rfc3339(now())}


class Heartbeat(Schema):
    """Nothing: the event itself is the question."""


class ConnectionProgress(Schema):
    """The server's time, and how far the connection has come; null before its first `sync`."""

    at = fields.AwareDateTime(required=True)
    cursor = fields.String(required=True, allow_none=True)


@on(
    "heartbeat",
    Heartbeat,
    "Ask whether the connection works, and how far it has come.",
    returns=ConnectionProgress,
    changes=False,
)
def heartbeat(_: Actor, __: dict[str, Any]) -> dict[str, Any]:
    """Return the server's time, and the cursor up to which this connection was sent everything."""
    sent = connections.open_connections[_sid()].progress.sent
    return {"at": rfc3339(now()), "cursor": None if sent is None else sent.cursor()}


def init_app(app: Flask) -> None:
    """Attach to Flask-SocketIO."""
    socketio.on_namespace(_Events("/", INBOUND.of(app)))
    handshake.install(socketio.server)


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]


def _disconnect(*_: Any) -> None:
    disconnected(_sid())


class _Events(Namespace):
    """Handles events of all names. python-socketio's own catch-all ("*") misreads an event that is called "*"."""

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
        if event == "disconnect" and not socketio.server.manager.is_connected(sid, "/"):
            return super().trigger_event(event, sid, *arguments)
        # an event that a client sends under the name "disconnect" is handled like all others
        return super().trigger_event("any", sid, str(event), *arguments)


def _handled(inbound: InboundEvent | None, arguments: tuple[Any, ...]) -> dict[str, Any]:
    client = connections.open_connections.get(_sid())
    if not isinstance(client, Client):
        raise Unauthenticated
    client.limits.count_message()
    if inbound is None:
        raise NotFound("There is no such event.", code="unknown_event")
    if client.actor.expires <= now().timestamp() and token_ends.ends_with_token(client.actor):
        connections.end(client, "token_expired")  # after the answer
        raise Unauthenticated("The token has expired.", code="token_expired")
    actors.set_current(client.actor)
    if inbound.changes:
        actors.forbid_impersonation(client.actor)
    data = inbound.parse(arguments)
    return requested_rooms.handled(client, (inbound.name, arguments[0]), inbound, data)
