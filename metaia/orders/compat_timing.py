"""Timing's addresses, in Timing's own shape: snake_case, and `data` of an answer is the order itself."""

from __future__ import annotations

from flask import Response, request
from marshmallow import Schema as Plain
from marshmallow import fields, validate

from metaia.core.access import actor as actors
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, NotFound, Unauthenticated, Unavailable, UpgradeRequired
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import CONNECT, PUBLIC, READ, WRITE
from metaia.core.http.fields import Schema
from metaia.core.http.views import Meta, raw_answer, raw_envelope
from metaia.core.json import Json
from metaia.orders import presenters, queries, schemas, service
from metaia.orders.policy import ORDERS_MANAGE, ORDERS_READ
from metaia.realtime.catalogue import Channel, Payload
from metaia.realtime.clients.websocket import rendered_as
from metaia.realtime.gateways import plain as plain_gateway
from metaia.realtime.gateways.plain import websockets

blp = Blueprint("tracking", __name__, url_prefix="/api/orders", description="Tracking page")
admin = Blueprint(
    "admin_orders",
    __name__,
    url_prefix="/api/admin/orders",
    description="Orders for admins, in Timing's shape",
)
FORMAT = "timing"  # of the messages on `ws /admin`


class Item(Plain):
    id = fields.String(required=True)
    menu_name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price = fields.Float(required=True)


class TrackedCustomer(Plain):
    name = fields.String(required=True, allow_none=True)


class Tracked(Plain):
    """What somebody without a login sees: the id is the secret."""

    id = fields.UUID(required=True)
    status = fields.String(required=True)
    items = fields.List(fields.Nested(Item), required=True)
    total = fields.Float(required=True)
    currency = fields.String(required=True)
    customer_info = fields.Nested(TrackedCustomer, required=True)


class Customer(TrackedCustomer):
    phone = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)


class TimingOrder(Tracked):
    """An order as Timing's admin pages read it."""

    customer_info = fields.Nested(Customer, required=True)
    order_number = fields.String(required=True)
    partner_id = fields.UUID(required=True, allow_none=True)
    notes = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


@blp.endpoint(
    "GET",
    "/<id:order_id>/status",
    returns=raw_envelope("TrackedOrder", fields.Nested(Tracked, required=True)),
    limit=READ.limited_to("60 per minute"),
    access=PUBLIC,
    fails=(Unavailable,),
)
def track(order_id: str) -> Response:
    """Where an order stands, for a tracking page without login."""
    order = queries.get(order_id)
    if order is None:
        raise NotFound("There is no such order.")
    return raw_answer(presenters.tracked(presenters.common(order)))


@admin.endpoint(
    "GET",
    "",
    query=schemas.ListQuery,
    returns=raw_envelope("TimingOrders", fields.List(fields.Nested(TimingOrder), required=True), meta=Meta),
    limit=READ,
    access=ORDERS_READ,
)
def get_all(query: Json) -> Response:
    """All orders."""
    page = {name: query.pop(name) for name in ("sort", "limit", "cursor")}
    orders, following = queries.page(current(), filters=query, **page)
    return raw_answer(
        [presenters.timing(presenters.common(order)) for order in orders], meta={"next_cursor": following}
    )


@admin.endpoint(
    "PUT",
    "/<id:order_id>/status",
    body=schemas.SetStatus,
    example={"status": "accepted"},
    returns=raw_envelope("TimingOneOrder", fields.Nested(TimingOrder, required=True)),
    limit=WRITE,
    access=ORDERS_MANAGE,
    idempotent=True,
)
def set_status(body: Json, order_id: str) -> Response:
    """Bring an order into a status."""
    version = etags.expected(body.pop("expected_version"))
    order = service.set_status(current(), order_id, body["status"], body, version=version)
    return raw_answer(presenters.timing(presenters.common(order)))


class TokenQuery(plain_gateway.Resume):
    token = fields.String(load_default="", validate=validate.Length(max=4000))


class AdminMessage(Schema):
    """What Timing's admin pages get, in snake_case."""

    type = fields.String(required=True)
    order = fields.Dict(required=True)
    status = fields.String()


CHANNEL = Channel(
    "admin", "/admin", TokenQuery, "order", AdminMessage, "A new or changed order, for admin pages."
)


def new_order(payload: Payload) -> Payload:
    """Return the message for an `order.created`."""
    return {"type": "newOrder", "order": presenters.timing(payload["order"])}


def status_update(payload: Payload) -> Payload:
    """Return the message for an `order.updated`."""
    return {
        "type": "orderStatusUpdate",
        "order": presenters.timing(payload["order"]),
        "status": payload["status"],
    }


@websockets.endpoint(
    "GET",
    "/admin",
    query=TokenQuery,
    status=101,
    limit=CONNECT,
    access=PUBLIC,
    fails=(Unauthenticated, UpgradeRequired, Unavailable),
    websocket=True,
)
def for_admins(query: Json) -> Response:
    """WebSocket for Timing's admin pages, in Timing's own messages."""
    actor = actors.from_token(query["token"] or actors.bearer(request.headers.get("Authorization")))
    if not actor.may(ORDERS_MANAGE):
        raise Forbidden("For admins only.")
    actors.set_current(actor)
    return plain_gateway.serve(actor, rendered_as(FORMAT), query["cursor"])
