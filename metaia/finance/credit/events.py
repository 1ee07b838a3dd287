"""The event of credit."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Schema
from metaia.finance.credit.risk import GRADES
from metaia.finance.credit.state import MACHINE
from metaia.realtime.catalogue import EventType

REASONS = ("held", "released", "used", "repaid", "limit", "frozen", "unfrozen")


class CreditChanged(Schema):
    """`finance:credit_changed`."""

    user_id = fields.UUID(required=True)
    currency = fields.String(required=True)
    limit = Amount(required=True)
    balance = Amount(required=True)
    held = Amount(required=True)
    available = Amount(required=True)
    risk_grade = fields.String(required=True, validate=validate.OneOf(GRADES))
    status = fields.String(required=True, validate=validate.OneOf(MACHINE.states))
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))


EVENTS = (
    EventType(
        "credit.changed",
        "finance:credit_changed",
        CreditChanged,
        "A customer's credit, or what is used of it, has changed.",
        "the customer and staff",
    ),
)
