"""Event types of refunds."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Schema
from metaia.payments.refunds.schemas import REASONS
from metaia.payments.refunds.state import MACHINE
from metaia.realtime.catalogue import EventType


class RefundUpdate(Schema):
    """`refund_update`."""

    refund_id = fields.UUID(required=True)
    payment_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    deal_id = fields.UUID(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(MACHINE.states))
    amount = Amount(required=True)
    currency = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    version = fields.Integer(required=True)
    updated_at = fields.AwareDateTime(required=True)


EVENTS = (
    EventType(
        "refund.updated",
        "refund_update",
        RefundUpdate,
        "A refund was requested, or has another status.",
        "the payment's payer and partner, and staff",
    ),
)
