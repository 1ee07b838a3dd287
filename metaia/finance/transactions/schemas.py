"""Queries and answers of transactions; `presenters.py` fills the answers."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Currency, Id, Moment, MoneyOut, Schema, Text
from metaia.core.http.pagination import Filters, PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.money import MAX_MINOR
from metaia.finance.transactions import kinds

GROUPS = ("day", "week", "month", "type")
STATUSES = ("booked", "reversed")
_type = validate.OneOf(kinds.TYPES)
_size = {"description": "in either direction; needs `currency`"}
_user = {"description": "staff: the user whose account it is; others see their own"}
_days = {"description": "a moment of booking; the default is 30 days before `to`, which is now by default"}


def _amount() -> Amount:
    return Amount(validate=validate.Range(min=0, max=MAX_MINOR), metadata=_size)


class TransactionsQuery(PageQuery):
    type = fields.String(validate=_type)
    currency = Currency()
    from_ = Moment(data_key="from")
    to = Moment()
    min_amount = _amount()
    max_amount = _amount()
    order_id = Id()
    payment_id = Id()
    q = Text(80, metadata={"description": "part of an order's id, or of an id at the payment provider"})
    user_id = Id(metadata=_user)
    sort = sort_field(("booked_at",), "-bookedAt")


class AnalyticsQuery(Filters):
    from_ = Moment(data_key="from", metadata=_days)
    to = Moment()
    group_by = fields.String(load_default="day", validate=validate.OneOf(GROUPS))
    currency = Currency()
    user_id = Id(metadata=_user)


class TransactionOut(Schema):
    """A line of the user's account with the house. `amount` is above 0 if it is in the user's favour.

    All lines add up to the balance. `at` is when it happened, `bookedAt` when it was booked.
    """

    id = fields.String(required=True)
    type = fields.String(required=True, validate=_type)
    description = fields.String(required=True)
    amount = MoneyOut(required=True)
    currency = fields.String(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    payment_id = fields.UUID(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    booked_at = fields.AwareDateTime(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))


class TransactionGroup(Schema):
    """Sums of one currency. `name` is the first day of the period in FINANCE_TIMEZONE, or the type."""

    name = fields.String(required=True)
    currency = fields.String(required=True)
    count = fields.Integer(required=True)
    incoming = MoneyOut(required=True)
    outgoing = MoneyOut(required=True)
    net = MoneyOut(required=True)


Many = envelope(
    "Transactions", meta=Meta, transactions=fields.List(fields.Nested(TransactionOut), required=True)
)
Analytics = envelope(
    "TransactionAnalytics",
    time_zone=fields.String(required=True),
    from_=fields.AwareDateTime(required=True, data_key="from"),
    to=fields.AwareDateTime(required=True),
    groups=fields.List(fields.Nested(TransactionGroup), required=True),
)
