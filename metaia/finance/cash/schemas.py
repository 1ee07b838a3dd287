"""Queries, bodies and answers of cash."""

from __future__ import annotations

from decimal import Decimal

from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Currency, Id, MoneyOut, Schema
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.finance.cash.queries import SORTABLE

_amount = validate.Range(min=0, max=10**13)
_short = {"description": "what is missing: a loss of the house"}


class HandOver(Schema):
    """Cash that was counted, and what is missing."""

    user_id = Id(required=True)
    amount = Amount(required=True, validate=_amount, metadata={"description": "what was counted"})
    short = Amount(load_default=Decimal(0), validate=_amount, metadata=_short)
    currency = Currency(required=True)


EXAMPLE = {"userId": "01a1f86b-752e-753f-ab3a-936f1e472418", "amount": 1250, "currency": "INR"}


class HandoversQuery(PageQuery):
    user_id = Id()
    currency = Currency()
    sort = sort_field(list(SORTABLE), "-createdAt")


class CashOut(Schema):
    currency = fields.String(required=True)
    in_hand = MoneyOut(required=True)


class HandoverOut(Schema):
    """A handover of cash."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    amount = MoneyOut(required=True)
    short = MoneyOut(required=True, metadata=_short)
    currency = fields.String(required=True)
    received_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)


InHand = envelope("CashInHand", cash=fields.List(fields.Nested(CashOut), required=True))
One = envelope("OneCashHandover", handover=fields.Nested(HandoverOut, required=True))
Many = envelope("CashHandovers", meta=Meta, handovers=fields.List(fields.Nested(HandoverOut), required=True))
