"""Queries and answers of statements; `presenters.py` fills the answers."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Currency, Id, MoneyOut, Schema
from metaia.core.http.pagination import Filters, PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.finance.statements.queries import SORTABLE
from metaia.finance.transactions import kinds

FORMATS = ("json", "csv", "pdf")
_user = {"description": "staff: the user whose account it is; others see their own"}


class StatementsQuery(PageQuery):
    currency = Currency()
    user_id = Id(metadata=_user)
    sort = sort_field(list(SORTABLE), "-period")


class StatementQuery(Filters):
    currency = Currency(required=True)
    format = fields.String(
        validate=validate.OneOf(FORMATS), metadata={"description": "the default follows from Accept"}
    )
    user_id = Id(metadata=_user)


class StatementOut(Schema):
    """A month of an account, between two balances. Its days are those of `timeZone`; lines belong to it by `bookedAt`.

    Until it is issued it is `preliminary`; then it never changes. `closing` is the `opening` of the next one.
    """

    period = fields.String(required=True)
    currency = fields.String(required=True)
    time_zone = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    opening = MoneyOut(required=True)
    closing = MoneyOut(required=True)
    lines = fields.Integer(required=True)
    preliminary = fields.Boolean(required=True)
    issued_at = fields.AwareDateTime(required=True, allow_none=True)


class StatementLine(Schema):
    """A line, and the balance after it."""

    id = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(kinds.TYPES))
    description = fields.String(required=True)
    amount = MoneyOut(required=True)
    balance = MoneyOut(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    booked_at = fields.AwareDateTime(required=True)


Many = envelope("Statements", meta=Meta, statements=fields.List(fields.Nested(StatementOut), required=True))
One = envelope(
    "OneStatement",
    statement=fields.Nested(StatementOut, required=True),
    transactions=fields.List(fields.Nested(StatementLine), required=True),
)
