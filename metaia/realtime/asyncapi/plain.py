"""The plain WebSockets' part of the AsyncAPI document."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.errors import BY_STATUS, Problem
from metaia.core.http.fields import Schema
from metaia.realtime.asyncapi.parts import Json, Schemas, message, refs, sends, servers
from metaia.realtime.clients.websocket import POLICY, REFUSED
from metaia.realtime.gateways.plain import TicketQuery, TokenQuery

REFUSALS = (401, 403, 422, 429, 503)


class AdminMessage(Schema):
    """What Timing's admin pages get, in snake_case."""

    type = fields.String(required=True)
    order = fields.Dict(required=True)
    status = fields.String()


def parts(schemas: Schemas, names: list[str]) -> tuple[Json, Json, Json]:
    """Return the messages, channels and operations; `names` are those of the events."""
    event = Schema.from_dict(
        {
            "type": fields.String(required=True, validate=validate.OneOf(names)),
            "data": fields.Dict(required=True),
            "cursor": fields.String(required=True),
        },
        name="Event",
    )
    messages = {
        "event": message("event", "An event, on a plain WebSocket.", schemas.ref(event)),
        "order": message("order", "What an admin's page hears of an order.", schemas.ref(AdminMessage)),
    }
    channels = {
        "ws": _channel("/ws", "event", schemas.inline(TicketQuery)),
        "admin": _channel("/admin", "order", schemas.inline(TokenQuery)),
    }
    return messages, channels, {"send_event": sends("ws", "event"), "send_order": sends("admin", "order")}


def _channel(address: str, name: str, query: Json) -> Json:
    refusals = {str(REFUSED + status): BY_STATUS[status].message for status in REFUSALS}
    others = {
        str(REFUSED + Problem.status): Problem.message,
        str(POLICY): "You may not stay; the reason says why.",
    }
    return {
        "address": address,
        "servers": servers("plain"),
        "messages": refs("#/components/messages", [name]),
        "bindings": {"ws": {"method": "GET", "query": query}},
        "x-close-codes": refusals | others,
    }
