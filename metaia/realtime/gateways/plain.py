"""Routes for clients without Socket.IO: `ws /ws`, `GET /api/events`, and tickets for them.

A domain can add a WebSocket of its own: a route of the blueprint `websockets` that returns `serve(…)`.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import fields, validate

from metaia.core.access import actor as actors
from metaia.core.access.actor import Actor, current
from metaia.core.errors import Forbidden, Unauthenticated, Unavailable, UpgradeRequired
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import CONNECT, PUBLIC, WRITE
from metaia.core.http.fields import Schema
from metaia.core.http.views import answer, envelope
from metaia.realtime import runtime
from metaia.realtime.clients import websocket as websocket_client
from metaia.realtime.clients.sse import Stream
from metaia.realtime.clients.websocket import Format, WebSocketClient
from metaia.realtime.gateways import replay, resuming, tickets
from metaia.realtime.gateways.resuming import Start
from metaia.realtime.log import store as log_store
from metaia.realtime.transport import handover
from metaia.realtime.transport.websocket import WebSocketConnection, ignore

events = Blueprint("events", __name__, url_prefix="/api", description="Events without Socket.IO")
MAX_MESSAGE_BYTES = 4096  # of clients' messages, which are ignored
websockets = Blueprint("websockets", __name__, description="Plain WebSockets")


class Resume(Schema):
    cursor = fields.String(load_default=None, validate=validate.Length(max=log_store.LONGEST_CURSOR))


class TicketQuery(Resume):
    ticket = fields.String(load_default=None, validate=validate.Length(max=100))


class StreamQuery(TicketQuery):
    # EventSource's polyfill reconnects with it instead of the header.
    last_event_id = fields.String(load_default=None, validate=validate.Length(max=512))


LAST_EVENT_ID = {
    "in": "header",
    "name": "Last-Event-ID",
    "description": "The cursor to resume from; preferred to the parameters `lastEventId` and `cursor`.",
    "schema": {"type": "string"},
}
Ticket = envelope("Ticket", ticket=fields.String(required=True), expires_in=fields.Integer(required=True))


@events.endpoint(
    "POST",
    "/realtime/ticket",
    returns=Ticket,
    secret=True,
    status=201,
    limit=WRITE,
    allowed_for=("read_only",),
)
def ticket() -> Response:
    """A ticket for `ws /ws` or `GET /api/events`: works once, for 30 seconds."""
    return answer(status=201, ticket=tickets.issue(current()), expires_in=tickets.SECONDS)


@events.endpoint(
    "GET",
    "/events",
    query=StreamQuery,
    headers=(LAST_EVENT_ID,),
    returns={"type": "string"},
    content_type="text/event-stream",
    limit=CONNECT,
    access=PUBLIC,
    fails=(
        Unauthenticated,
        Unavailable,
    ),
)
def stream(query: dict[str, Any]) -> Response:
    """Server-sent events; `Last-Event-ID` or `cursor` to resume, a ticket where no header can be sent."""
    client = Stream(_by_ticket_or_header(query["ticket"]))
    cursor = request.headers.get("Last-Event-ID") or query["last_event_id"] or query["cursor"]
    runtime.current().spawn(replay.catch_up_and_join, client, resuming.at(cursor))
    response = Response(client.chunks(), mimetype="text/event-stream")
    response.call_on_close(client.finished)  # also when the client disconnects before the first chunk
    response.headers["X-Accel-Buffering"] = "no"  # so that nginx does not delay events
    return response


@websockets.endpoint(
    "GET",
    "/ws",
    query=TicketQuery,
    status=101,
    limit=CONNECT,
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden, UpgradeRequired, Unavailable),
    websocket=True,
)
def every_event(query: dict[str, Any]) -> Response:
    """WebSocket: `{type, data, cursor}` for every event one may see."""
    return serve(
        _by_ticket_or_header(query["ticket"]), websocket_client.standard, resuming.at(query["cursor"])
    )


def serve(actor: Actor, render: Format, start: Start) -> Response:
    """Send `actor`'s events on this request's WebSocket, which goes on after the request has ended.

    Raises UpgradeRequired and TooMany: the handshake is not answered before it is clear that the client may connect.
    """
    if handover.ACCEPT not in request.environ:
        raise UpgradeRequired
    client = WebSocketClient(actor, render)
    resuming.remember(client, start, client.key)
    try:
        connection, early = handover.accept(request.environ)
    except OSError:  # the client is not there any more
        client.remove()
        return Response(status=101)
    except BaseException:
        client.remove()
        raise
    websocket = WebSocketConnection(connection, MAX_MESSAGE_BYTES, ignore, ignore)
    client.open(websocket)
    runtime.current().spawn(replay.catch_up_and_join, client, start)
    websocket.start(early)
    return Response(status=101)


def _by_ticket_or_header(given: str | None) -> Actor:
    actor = tickets.redeem(given) if given is not None else actors.from_token(_header())
    actors.set_current(actor)
    return actor


def _header() -> str:
    return actors.bearer(request.headers.get("Authorization"))
