"""Queries, bodies and answers of credit requests."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Currency, Id, Integer, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.finance.credit.schemas import LONGEST_TERM
from metaia.finance.credit_requests.queries import SORTABLE
from metaia.finance.credit_requests.state import MACHINE

TERM = 30  # days, unless an admin sets another term
_status = validate.OneOf(MACHINE.states)
_actions = validate.OneOf(MACHINE.actions)
_range = validate.Range(min=0, min_inclusive=False, max=10**13)


class RequestCredit(Schema):
    currency = Currency(required=True)
    limit = Amount(required=True, validate=_range)
    reason = Text(300, required=True)


class CreditRequestsQuery(PageQuery):
    status = fields.String(validate=_status)
    currency = Currency()
    user_id = Id(metadata={"description": "for staff; others get their own requests only"})
    sort = sort_field(list(SORTABLE), "-createdAt")


class WithdrawRequest(Schema):
    expected_version = Version(load_default=None)


class RejectRequest(WithdrawRequest):
    reason = Text(300, required=True, metadata={"description": "the customer reads it"})


class ApproveRequest(WithdrawRequest):
    limit = Amount(
        load_default=None,
        allow_none=True,
        validate=_range,
        metadata={"description": "without it: what was requested"},
    )
    term_days = Integer(load_default=TERM, validate=validate.Range(min=1, max=LONGEST_TERM))
    reason = Text(300, required=True, metadata={"description": "kept in the audit log"})


class CreditRequestOut(Schema):
    """A customer's request for credit. `approved` is the limit that was granted."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    currency = fields.String(required=True)
    limit = MoneyOut(required=True)
    reason = fields.String(required=True)
    status = fields.String(required=True, validate=_status)
    approved = MoneyOut(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    allowed_actions = fields.List(fields.String(validate=_actions), required=True)


class CreditRequestConflict(Schema):
    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(validate=_actions), required=True)


One = envelope("OneCreditRequest", request=fields.Nested(CreditRequestOut, required=True))
Many = envelope(
    "CreditRequests", meta=Meta, requests=fields.List(fields.Nested(CreditRequestOut), required=True)
)
Conflict = error_schemas.conflict(CreditRequestConflict)
