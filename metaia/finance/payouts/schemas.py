"""Queries, bodies and answers of payouts."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Currency, Id, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.finance.payouts.queries import SORTABLE
from metaia.finance.payouts.state import MACHINE

_status = validate.OneOf(MACHINE.states)
_actions = validate.OneOf(MACHINE.actions)
_reference = {"description": "of the transfer, at the bank"}


class RequestPayout(Schema):
    amount = Amount(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, min_inclusive=False, max=10**13),
        metadata={"description": "without it: all that is available"},
    )
    currency = Currency(required=True)


class PayoutsQuery(PageQuery):
    status = fields.String(validate=_status)
    currency = Currency()
    user_id = Id(metadata={"description": "for staff; others get their own payouts only"})
    sort = sort_field(list(SORTABLE), "-createdAt")


class CancelPayout(Schema):
    expected_version = Version(load_default=None)


class ApprovePayout(CancelPayout):
    reason = Text(300)


class PaidPayout(CancelPayout):
    reference = Text(80, required=True, metadata=_reference)


class FailedPayout(CancelPayout):
    reference = Text(80, metadata=_reference)
    reason = Text(300, required=True, metadata={"description": "its owner reads it"})


class PayoutOut(Schema):
    """A payout. `netted` is the cash in hand that was set off against what was payable when it was requested."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    amount = MoneyOut(required=True)
    currency = fields.String(required=True)
    source = fields.String(
        required=True,
        validate=validate.OneOf(("partner", "courier")),
        metadata={"description": "what the money was earned as"},
    )
    status = fields.String(required=True, validate=_status)
    account = fields.String(required=True, metadata={"example": "HDFC0001234 ••••5678"})
    netted = MoneyOut(required=True)
    reference = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    allowed_actions = fields.List(fields.String(validate=_actions), required=True)


class BalanceOut(Schema):
    """The money of a partner or courier in one currency: a payout takes `available`.

    That is `payable` less what is held and less the cash in hand. A user with more cash in hand than is payable
    owes the difference.
    """

    currency = fields.String(required=True)
    payable = MoneyOut(required=True)
    held = MoneyOut(required=True)
    cash_in_hand = MoneyOut(required=True)
    available = MoneyOut(required=True)


class DestinationOut(Schema):
    """The account to pay to. Reading it is in the audit log."""

    method = fields.String(required=True)
    holder = fields.String(required=True)
    account_number = fields.String()
    bank_code = fields.String()
    upi = fields.String()


class PayoutConflict(Schema):
    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(validate=_actions), required=True)


One = envelope("OnePayout", payout=fields.Nested(PayoutOut, required=True))
Many = envelope("Payouts", meta=Meta, payouts=fields.List(fields.Nested(PayoutOut), required=True))
Balances = envelope("Balances", balances=fields.List(fields.Nested(BalanceOut), required=True))
Destination = envelope("PayoutDestination", destination=fields.Nested(DestinationOut, required=True))
Conflict = error_schemas.conflict(PayoutConflict)
