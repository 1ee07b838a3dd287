"""Bodies of changes, queries and answers about orders; `presenters.py` fills the answers."""

from __future__ import annotations

from marshmallow import fields, validate
from webargs.fields import DelimitedList

from metaia.core.access.permissions import ROLES
from metaia.core.http.fields import Id, Moment, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import Filters, PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.orders.arrival.schemas import eta
from metaia.orders.charges.schemas import ChargesOut
from metaia.orders.fields import CustomerInfoOut, Estimate, ItemOut
from metaia.orders.payment.schemas import METHOD, STATUS, CreditLeft, OrderPaymentOut
from metaia.orders.proof.schemas import OrderDeliveryOut, occurred
from metaia.orders.search.queries import SORTABLE
from metaia.orders.state import MACHINE, REJECT_REASONS, SYSTEM

STATUSES = MACHINE.states
_status = validate.OneOf(STATUSES)
_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)


class Change(Schema):
    """The fields that every change of an order may have."""

    expected_version = Version(load_default=None)
    message = Text(1000, lines=True, load_default=None, allow_none=True)


class Dispatch(Change):
    occurred_at = occurred()


class Accept(Change):
    estimated_time = Estimate(load_default=None, allow_none=True)


class Reject(Change):
    reason = fields.String(required=True, validate=validate.OneOf(REJECT_REASONS))


class Ready(Change):
    estimated_pickup_time = Estimate(load_default=None, allow_none=True)


class Cancel(Change):
    reason = Text(200, load_default=None, allow_none=True)


class Assign(Change):
    delivery_partner_id = Id(required=True)


class SetStatus(Change):
    status = fields.String(required=True, validate=_status)


class ListQuery(PageQuery):
    status = DelimitedList(fields.String(validate=_status))
    partner_id = Id()
    customer_id = Id()
    delivery_partner_id = Id()
    payment_method = DelimitedList(fields.String(validate=METHOD))
    payment_status = DelimitedList(fields.String(validate=STATUS))
    created_from = fields.AwareDateTime()
    created_to = fields.AwareDateTime()
    updated_since = Moment(
        metadata={
            "description": "only orders changed at or after this time. A change becomes visible when it is committed, "
            "up to some seconds later than its `updatedAt`: overlap two requests, or follow `GET /api/sync`"
        }
    )
    q = Text(100)
    sort = sort_field(tuple(SORTABLE), "-createdAt")


class AsOf(Filters):
    as_of = fields.AwareDateTime(load_default=None)


class OrderOut(ChargesOut):
    """An order, as its participants see it."""

    id = fields.UUID(required=True)
    order_number = fields.String(required=True)
    deal_id = fields.UUID(
        required=True, metadata={"description": "of the offers, payments and messages that belong to it, too"}
    )
    offer_id = fields.UUID(required=True, allow_none=True, metadata={"description": "the accepted offer"})
    status = fields.String(required=True, validate=_status)
    customer_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "null: an order at the counter for a customer without an account"},
    )
    partner_id = fields.UUID(required=True, allow_none=True)
    delivery_partner_id = fields.UUID(required=True, allow_none=True)
    customer_info = fields.Nested(CustomerInfoOut, required=True)
    items = fields.List(fields.Nested(ItemOut), required=True)
    adjustment = MoneyOut(
        required=True,
        metadata={"description": "what an offer has added to the sum of the items, or taken off"},
    )
    total = MoneyOut(required=True)
    currency = fields.String(required=True)
    payment = fields.Nested(OrderPaymentOut, required=True)
    notes = fields.String(required=True, allow_none=True)
    estimated_time = Estimate(required=True, allow_none=True)
    estimated_pickup_time = Estimate(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    reject_reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(REJECT_REASONS))
    accept_by = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={
            "description": "a pending order is cancelled then, also one that is not paid; null in all other statuses"
        },
    )
    delivery = fields.Nested(
        OrderDeliveryOut,
        required=True,
        allow_none=True,
        metadata={"description": "null until a courier is wanted or assigned"},
    )
    eta = eta()
    version = fields.Integer(required=True)
    allowed_actions = _actions
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class StepOut(Schema):
    """One entry of an order's timeline."""

    action = fields.String(
        required=True, validate=validate.OneOf(("create", "payment", "note", *MACHINE.actions))
    )
    status = fields.String(required=True, validate=_status)
    previous_status = fields.String(required=True, allow_none=True, validate=_status)
    actor_id = fields.UUID(required=True, allow_none=True)
    actor_role = fields.String(required=True, validate=validate.OneOf((*sorted(ROLES), SYSTEM)))
    note = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    occurred_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "by the courier's clock, if it was sent later than `at`"},
    )


class OrderConflict(Schema):
    """The `details` of a 409 about an order: the order as it is now, and what its reader may do with it."""

    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    allowed_actions = _actions
    order = fields.Nested(OrderOut, required=True)


_order = fields.Nested(OrderOut, required=True)
OneOrder = envelope("OneOrder", order=_order)
ManyOrders = envelope("ManyOrders", meta=Meta, orders=fields.List(_order, required=True))
Timeline = envelope("Timeline", order=_order, timeline=fields.List(fields.Nested(StepOut), required=True))
Conflict = error_schemas.conflict(OrderConflict, CreditLeft)
