"""Addresses for clients without Socket.IO: `ws /ws`, `ws /admin`, `GET /api/events`, and tickets for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request
from marshmallow import fields, validate

from metaia.core import actor as actors
from metaia.core.actor import Actor, current
from metaia.core.errors import Forbidden, Problem, UpgradeRequired
from metaia.core.http import READ, WRITE, Blueprint, answer, envelope, public, rated
from metaia.core.schema import Schema
from metaia.realtime import handover, link, plain, replay, runtime, tickets
from metaia.realtime.link import Link
from metaia.realtime.plain import Dialect, Stream, WebSocketClient

events = Blueprint("events", __name__, url_prefix="/api", description="Events without Socket.IO")
MOST_INBOUND = 4096  # bytes of a message; what clients say here is not listened to
bare = Blueprint("websockets", __name__, description="Plain WebSockets")


class Resume(Schema):
    cursor = fields.String(load_default=None, validate=validate.Length(max=64))


class TicketQuery(Resume):
    ticket = fields.String(load_default=None, validate=validate.Length(max=100))


class TokenQuery(Resume):
    token = fields.String(load_default="", validate=validate.Length(max=4000))


Ticket = envelope("Ticket", ticket=fields.String(required=True), expires_in=fields.Integer(required=True))


@events.route("/realtime/ticket", methods=["POST"])
@events.response(201, Ticket)
@rated(WRITE)
def ticket() -> Response:
    """A ticket for `ws /ws` or `GET /api/events`: works once, for 30 seconds."""
    return answer(status=201, ticket=tickets.issue(current()), expires_in=tickets.SECONDS)


@events.route("/events")
@events.arguments(TicketQuery, location="query")
@events.response(200, {"type": "string"}, content_type="text/event-stream")
@rated(READ)
@public
def stream(query: dict[str, Any]) -> Response:
    """Server-sent events; `Last-Event-ID` or `cursor` to resume, a ticket where no header can be sent."""
    client = Stream(_by_ticket_or_header(query["ticket"]))
    cursor = request.headers.get("Last-Event-ID") or query["cursor"]
    runtime.current().spawn(replay.admit, client, cursor)
    response = Response(client.chunks(), mimetype="text/event-stream")
    response.call_on_close(client.gone)  # also when the client has gone before the first chunk
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep events back
    return response


@bare.route("/ws", websocket=True)
@bare.arguments(TicketQuery, location="query")
@bare.response(101)
@rated(READ)
@public
def every_event(query: dict[str, Any]) -> Response:
    """WebSocket: `{type, data, cursor}` for every event one may see."""
    return _serve(lambda: _by_ticket_or_header(query["ticket"]), plain.standard, query["cursor"])


@bare.route("/admin", websocket=True)
@bare.arguments(TokenQuery, location="query")
@bare.response(101)
@rated(READ)
@public
def for_admins(query: dict[str, Any]) -> Response:
    """WebSocket for Timing's admin pages, in Timing's own messages."""
    return _serve(lambda: _admin(query["token"]), plain.admin, query["cursor"])


def _serve(who: Callable[[], Actor], dialect: Dialect, cursor: str | None) -> Response:
    """Take the WebSocket of this request over; the request ends, the connection lives on.

    The handshake has been answered already, so a refusal is said in the close frame: 4000 and the HTTP status.
    """
    websocket = request.environ.get("wsgi.websocket")
    if websocket is None:
        raise UpgradeRequired
    connection, early = handover.detach(websocket)
    taken = Link(connection, MOST_INBOUND, link.nothing, link.nothing)
    try:
        client = WebSocketClient(who(), dialect, taken)
    except Problem as problem:
        taken.close(4000 + problem.status, problem.code)
    else:
        taken.ended = client.ended
        runtime.current().spawn(replay.admit, client, cursor)
    taken.start(early)
    return Response()


def _by_ticket_or_header(given: str | None) -> Actor:
    if given is not None:
        return tickets.take(given)
    return actors.from_token(actors.bearer(request.headers.get("Authorization")))


def _admin(token: str) -> Actor:
    actor = actors.from_token(token or actors.bearer(request.headers.get("Authorization")))
    if not actor.is_admin:
        raise Forbidden("For admins only.")
    return actor
