"""Query and answers of summaries; `presenters.py` fills the answers."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Currency, Id, Moment, MoneyOut, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

_days = {"description": "a moment of booking; the default is 30 days before `to`, which is now by default"}
_user = {"description": "staff: the user to summarize; without it the house"}


class SummaryQuery(Filters):
    from_ = Moment(data_key="from", metadata=_days)
    to = Moment()
    currency = Currency()
    user_id = Id(metadata=_user)


def _money(description: str) -> MoneyOut:
    return MoneyOut(required=True, metadata={"description": description})


class PartnerSummary(Schema):
    """Of partners and couriers: net = gross - commission - refunds - disputes - cash - payouts + other."""

    gross = _money("what orders have earned, before commission and without what couriers get")
    commission = _money("of the house, less what refunds and disputes have returned")
    refunds = _money("what refunds have taken, before commission")
    disputes = _money("what disputes have taken, before commission")
    cash = _money("cash that was collected, less what was handed over")
    payouts = _money("what was paid out")
    other = _money("adjustments, corrections and reversals")
    net = _money("the change of the balance")


class CustomerSummary(Schema):
    """Of customers. An order on credit is not spent until the credit is settled."""

    spent = _money("what was paid")
    refunded = _money("what was paid back, also by disputes")
    on_credit = _money("orders on credit")
    net = _money("the change of the balance")


class HouseSummary(Schema):
    """Of the house: net = commission + sales - promotions - fees - losses."""

    captured = _money("what providers have taken from customers")
    refunded = _money("what providers have paid back")
    payouts = _money("what partners and couriers were paid")
    commission = _money("of partners")
    sales = _money("of the house itself")
    promotions = _money("what coupons of the house have cost")
    fees = _money("of providers")
    losses = _money("what was written off, lost or missing")
    net = _money("what the house has earned")


class SummaryOut(Schema):
    """The sums of one currency; one of the three parts is filled, by the role of the user."""

    currency = fields.String(required=True)
    partner = fields.Nested(PartnerSummary, required=True, allow_none=True)
    customer = fields.Nested(CustomerSummary, required=True, allow_none=True)
    house = fields.Nested(HouseSummary, required=True, allow_none=True)


Summaries = envelope(
    "FinanceSummaries",
    from_=fields.AwareDateTime(required=True, data_key="from"),
    to=fields.AwareDateTime(required=True),
    summaries=fields.List(fields.Nested(SummaryOut), required=True),
)
