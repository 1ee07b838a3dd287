"""Queries, bodies and answers of adjustments."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Currency, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.finance.adjustments.queries import SORTABLE
from metaia.finance.adjustments.state import MACHINE
from metaia.ledger.chart import KINDS

MOST_LINES = 20
_kind = validate.OneOf(list(KINDS))
_status = validate.OneOf(MACHINE.states)
_amount = {"description": "a debit if positive, else a credit; all lines sum to 0"}


class AdjustmentLineIn(Schema):
    kind = fields.String(required=True, validate=_kind)
    owner = Text(
        80, required=True, metadata={"description": "a user's id, a provider, `order-{id}`, or `house`"}
    )
    amount = Amount(required=True, validate=validate.Range(min=-(10**13), max=10**13), metadata=_amount)


class RequestAdjustment(Schema):
    lines = fields.List(
        fields.Nested(AdjustmentLineIn), required=True, validate=validate.Length(min=2, max=MOST_LINES)
    )
    currency = Currency(required=True)
    reason = Text(300, required=True)


EXAMPLE = {
    "lines": [
        {"kind": "losses", "owner": "house", "amount": 25},
        {"kind": "suspense", "owner": "house", "amount": -25},
    ],
    "currency": "INR",
    "reason": "Paid back in cash, ticket 4711.",
}


class DecideAdjustment(Schema):
    expected_version = Version(load_default=None)
    reason = Text(300, required=True, metadata={"description": "kept in the audit log"})


class AdjustmentsQuery(PageQuery):
    status = fields.String(validate=_status)
    sort = sort_field(list(SORTABLE), "-createdAt")


class AdjustmentLineOut(Schema):
    kind = fields.String(required=True, validate=_kind)
    owner = fields.String(required=True)
    amount = MoneyOut(required=True, metadata=_amount)


class AdjustmentOut(Schema):
    """A correction of the books. It takes effect when a second admin approves it; `postingId` is then its posting."""

    id = fields.UUID(required=True)
    status = fields.String(required=True, validate=_status)
    lines = fields.List(fields.Nested(AdjustmentLineOut), required=True)
    currency = fields.String(required=True)
    reason = fields.String(required=True)
    requested_by = fields.UUID(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    posting_id = fields.UUID(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)


class AdjustmentConflict(Schema):
    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)


One = envelope("OneAdjustment", adjustment=fields.Nested(AdjustmentOut, required=True))
Many = envelope(
    "Adjustments", meta=Meta, adjustments=fields.List(fields.Nested(AdjustmentOut), required=True)
)
Conflict = error_schemas.conflict(AdjustmentConflict)
