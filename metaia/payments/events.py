"""Event types of payments."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Schema
from metaia.payments.schemas import PaymentPurposeOut
from metaia.payments.state import STATUSES
from metaia.realtime.catalogue import EventType


class PaymentUpdate(Schema):
    """`payment_update`."""

    payment_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    deal_id = fields.UUID(required=True, allow_none=True)
    purpose = fields.Nested(PaymentPurposeOut, required=True, allow_none=True)
    provider = fields.String(required=True)
    reference = fields.String(
        required=True, allow_none=True, metadata={"description": "the provider's id of the payment"}
    )
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    amount = Amount(required=True, metadata={"description": "what is to be paid"})
    currency = fields.String(required=True)
    captured = Amount(required=True)
    refunded = Amount(required=True)
    refunding = Amount(required=True, metadata={"description": "requested, and not processed yet"})
    disputed = Amount(required=True)
    version = fields.Integer(required=True)
    updated_at = fields.AwareDateTime(required=True)


EVENTS = (
    EventType(
        "payment.updated",
        "payment_update",
        PaymentUpdate,
        "A payment has another status or other amounts.",
        "the payer, the order's partner, the order's room, staff",
    ),
)
