"""Query, body and answers of rules of commissions."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Integer, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.finance.commission.queries import SORTABLE

WHOLE = 10_000  # basis points: all of the money
_partner = {"description": "without it: the rule of partners that have no rule of their own"}
_points = {"description": "hundredths of a percent of what is earned"}


class CommissionRulesQuery(PageQuery):
    partner_id = Id()
    sort = sort_field(list(SORTABLE), "-createdAt")


class PutCommissionRule(Schema):
    """A rate from a day on. It replaces the rule that begins on the same day."""

    partner_id = Id(load_default=None, allow_none=True, metadata=_partner)
    from_day = fields.Date(
        required=True, metadata={"description": "a day of FINANCE_TIMEZONE, today or later"}
    )
    basis_points = Integer(required=True, validate=validate.Range(min=0, max=WHOLE), metadata=_points)
    reason = Text(300, required=True, metadata={"description": "kept in the audit log"})


class CommissionRuleOut(Schema):
    """A rate of the commission, until the next rule. An order keeps the rate of the day on which it was placed."""

    id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True, allow_none=True, metadata=_partner)
    from_day = fields.Date(required=True)
    basis_points = fields.Integer(required=True, metadata=_points)
    reason = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


Many = envelope(
    "CommissionRules", meta=Meta, rules=fields.List(fields.Nested(CommissionRuleOut), required=True)
)
One = envelope("OneCommissionRule", rule=fields.Nested(CommissionRuleOut, required=True))
