"""Event types of disputes."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Schema
from metaia.payments.disputes.state import MACHINE
from metaia.realtime.catalogue import EventType


class DisputeUpdate(Schema):
    """`dispute_update`."""

    dispute_id = fields.UUID(required=True)
    payment_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    deal_id = fields.UUID(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(MACHINE.states))
    amount = Amount(required=True)
    held = Amount(required=True, metadata={"description": "what is held of the partner's balance"})
    currency = fields.String(required=True)
    version = fields.Integer(required=True)
    updated_at = fields.AwareDateTime(required=True)


EVENTS = (
    EventType(
        "dispute.updated",
        "dispute_update",
        DisputeUpdate,
        "A dispute was opened, or has another status.",
        "the payment's partner, and staff",
    ),
)
