"""Bodies, queries and answers about coupons."""

from __future__ import annotations

from flask import current_app
from marshmallow import fields, validate

from metaia.core.http.fields import Amount, Currency, Id, Integer, Moment, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import PageQuery
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.products.pricing.coupon import KINDS

MOST = 10**11  # of an amount, in major units
_kind = validate.OneOf(KINDS)
_VALUE = "percent: 0.01 to 100; amount: in major units; free_delivery: 0"


def _amount(description: str) -> Amount:
    return Amount(
        allow_none=True, validate=validate.Range(min=0, max=MOST), metadata={"description": description}
    )


def _count(description: str) -> Integer:
    return Integer(
        allow_none=True,
        validate=validate.Range(min=1, max=10**6),
        metadata={"description": description},
    )


class ChangeCoupon(Schema):
    """The terms of a coupon. Orders keep the discount that they were placed with."""

    value = Amount(validate=validate.Range(min=0, max=MOST), metadata={"description": _VALUE})
    max_discount = _amount("the most that it takes off")
    minimum = _amount("the least sum of the items, before the discount")
    starts_at = Moment(allow_none=True)
    ends_at = Moment(allow_none=True, metadata={"description": "it counts until before then"})
    usage_limit = _count("orders in all; it may be lowered below what was used")
    per_customer_limit = _count("orders of one customer")
    first_order_only = fields.Boolean(
        metadata={"description": "only if the customer has no other order here"}
    )
    product_ids = fields.List(
        Id(),
        allow_none=True,
        validate=validate.Length(min=1, max=500),
        metadata={"description": "the products that it counts for; null: for all items"},
    )
    active = fields.Boolean()
    expected_version = Version(load_default=None)


class CreateCoupon(ChangeCoupon):
    class Meta(ChangeCoupon.Meta):
        exclude = ("expected_version",)

    partner_id = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "for admins: the partner, which pays for it; without it the house pays"},
    )
    code = Text(40, shortest=2, required=True)
    kind = fields.String(required=True, validate=_kind)
    currency = Currency(load_default=lambda: current_app.config["DEFAULT_CURRENCY"])


class CouponsQuery(PageQuery):
    partner_id = Id(metadata={"description": "for admins; without it those of the house"})
    active = fields.Boolean()


class CouponOut(Schema):
    id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True, allow_none=True, metadata={"description": "null: of the house"})
    code = fields.String(required=True)
    kind = fields.String(required=True, validate=_kind)
    value = fields.Float(required=True, metadata={"description": _VALUE})
    currency = fields.String(required=True)
    max_discount = MoneyOut(required=True, allow_none=True)
    minimum = MoneyOut(required=True, allow_none=True)
    starts_at = fields.AwareDateTime(required=True, allow_none=True)
    ends_at = fields.AwareDateTime(required=True, allow_none=True)
    usage_limit = fields.Integer(required=True, allow_none=True)
    per_customer_limit = fields.Integer(required=True, allow_none=True)
    first_order_only = fields.Boolean(required=True)
    product_ids = fields.List(fields.UUID(), required=True, allow_none=True)
    active = fields.Boolean(required=True)
    used = fields.Integer(required=True, metadata={"description": "orders that have used it and stand"})
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class CouponConflict(Schema):
    """The `details` of a 409 about a coupon: its current state."""

    version = fields.Integer(required=True)
    coupon = fields.Nested(CouponOut, required=True)


_coupon = fields.Nested(CouponOut, required=True)
OneCoupon = envelope("OneCoupon", coupon=_coupon)
ManyCoupons = envelope("ManyCoupons", meta=Meta, coupons=fields.List(_coupon, required=True))
Conflict = error_schemas.conflict(CouponConflict)
EXAMPLE = {"code": "WELCOME10", "kind": "percent", "value": 10, "firstOrderOnly": True}
