"""Bodies and answers of credit."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Integer, MoneyOut, Schema, Text, Version
from metaia.core.http.views import envelope
from metaia.core.openapi import error_schemas
from metaia.finance.credit.risk import GRADES, REASONS
from metaia.finance.credit.state import MACHINE

LONGEST_TERM = 180  # days
_status = validate.OneOf(MACHINE.states)
limit_range = validate.Range(min=0, max=10**13)
_reason = {"description": "kept in the audit log"}


class NextDue(Schema):
    """The next amount that must be repaid, until the end of a day."""

    amount = MoneyOut(required=True)
    day = fields.Date(required=True)


class CreditOut(Schema):
    """A customer's credit in one currency. `balance` is used, `held` is set aside for accepted orders."""

    user_id = fields.UUID(required=True)
    currency = fields.String(required=True)
    limit = MoneyOut(required=True)
    balance = MoneyOut(required=True)
    held = MoneyOut(required=True)
    available = MoneyOut(required=True)
    overdue = MoneyOut(required=True)
    next_due = fields.Nested(NextDue, required=True, allow_none=True)
    term_days = fields.Integer(required=True)
    status = fields.String(required=True, validate=_status)
    risk_grade = fields.String(required=True, validate=validate.OneOf(GRADES))
    risk_reasons = fields.List(fields.String(validate=validate.OneOf(list(REASONS))), required=True)
    version = fields.Integer(required=True)


class PutCredit(Schema):
    """A limit below what is used is allowed: nothing new is accepted on credit until there is room again."""

    limit = Amount(required=True, validate=limit_range)
    term_days = Integer(
        required=True,
        validate=validate.Range(min=1, max=LONGEST_TERM),
        metadata={"description": "days until an order on credit must be paid"},
    )
    reason = Text(300, required=True, metadata=_reason)
    expected_version = Version(load_default=None)


class Freeze(Schema):
    reason = Text(300, required=True, metadata=_reason)
    expected_version = Version(load_default=None)


class CreditConflict(Schema):
    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)


Many = envelope("Credits", credits=fields.List(fields.Nested(CreditOut), required=True))
One = envelope("OneCredit", credit=fields.Nested(CreditOut, required=True))
Conflict = error_schemas.conflict(CreditConflict)
