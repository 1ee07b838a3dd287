"""Answers about the trail of a payment: what was stated, and what was booked."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import MoneyOut, Schema
from metaia.payments.stored_facts import KINDS


class PaymentFactOut(Schema):
    """One statement about a payment. `source`, such as `webhook:{id}` or `user:{id}`, is null except for staff."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    reference = fields.String(required=True)
    status = fields.String(required=True)
    amount = MoneyOut(required=True)
    currency = fields.String(required=True)
    failure = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)


class PaymentPostingOut(Schema):
    id = fields.UUID(required=True)
    key = fields.String(required=True)
    booked_at = fields.AwareDateTime(required=True)
