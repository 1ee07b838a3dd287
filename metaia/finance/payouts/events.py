"""The event of payouts."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Schema
from metaia.finance.payouts.state import MACHINE
from metaia.realtime.catalogue import EventType


class PayoutChanged(Schema):
    """`finance:payout_changed`."""

    payout_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(MACHINE.states))
    amount = Amount(required=True)
    currency = fields.String(required=True)


EVENTS = (
    EventType(
        "payout.changed",
        "finance:payout_changed",
        PayoutChanged,
        "A payout was requested, or has another status.",
        "the partner and staff",
    ),
)
