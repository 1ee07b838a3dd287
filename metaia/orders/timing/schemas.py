"""Queries and answers in Timing's own shape: snake_case, and `data` of an answer is the order itself."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate
from marshmallow import Schema as Plain

from metaia.core.http.fields import Float, Schema
from metaia.core.http.views import Meta, raw_envelope
from metaia.orders.schemas import STATUSES
from metaia.orders.timing import state
from metaia.realtime.gateways import plain as plain_gateway

LONGEST_WAIT = 25  # seconds


class Item(Plain):
    id = fields.String(required=True)
    menu_name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price = fields.Float(required=True)


class NotedItem(Item):
    notes = fields.String()


class TrackedCustomer(Plain):
    name = fields.String(required=True, allow_none=True)


class Tracked(Plain):
    """What a tracking page shows without a login: the id is the secret."""

    id = fields.UUID(required=True)
    status = fields.String(
        required=True,
        validate=validate.OneOf(state.STATUSES),
        metadata={"description": "one of the five steps that Timing's pages know"},
    )
    order_status = fields.String(
        required=True,
        validate=validate.OneOf(STATUSES),
        metadata={"description": "the status that all other routes show"},
    )
    items = fields.List(fields.Nested(Item), required=True)
    total = fields.Float(required=True)
    currency = fields.String(required=True)
    customer_info = fields.Nested(TrackedCustomer, required=True)


class Customer(TrackedCustomer):
    phone = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)


class TimingOrder(Tracked):
    """An order as Timing's admin pages read it."""

    items = fields.List(fields.Nested(NotedItem), required=True)
    customer_info = fields.Nested(Customer, required=True)
    order_number = fields.String(required=True)
    partner_id = fields.UUID(required=True, allow_none=True)
    notes = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class TrackQuery(Schema):
    """Mails link to this address, and trackers of clicks add parameters."""

    class Meta:
        unknown = EXCLUDE

    wait = Float(
        load_default=0,
        validate=validate.Range(min=0, max=LONGEST_WAIT),
        metadata={
            "description": "seconds to wait for a change, with the `ETag` of the last answer as `If-None-Match`"
        },
    )


class TokenQuery(plain_gateway.Resume):
    token = fields.String(load_default="", validate=validate.Length(max=4000))


class AdminMessage(Plain):
    """What Timing's admin pages get on their WebSocket."""

    type = fields.String(required=True, validate=validate.OneOf(["newOrder", "orderStatusUpdate"]))
    order = fields.Nested(TimingOrder, required=True)
    status = fields.String(validate=validate.OneOf(state.STATUSES))


_order = fields.Nested(TimingOrder, required=True)
TrackedOrder = raw_envelope("TrackedOrder", fields.Nested(Tracked, required=True))
ManyOrders = raw_envelope("TimingOrders", fields.List(_order, required=True), meta=Meta)
OneOrder = raw_envelope("TimingOneOrder", _order)
