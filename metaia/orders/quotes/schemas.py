"""Answers about quotes and prices."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import MoneyOut, Schema
from metaia.core.http.views import envelope
from metaia.core.openapi.answer_fields import OpenObject
from metaia.orders.charges.schemas import FULFILMENT, FeeOut, TaxLineOut
from metaia.orders.fields import ItemOut
from metaia.products.pricing.coupon import KINDS, REASONS

PROBLEM = (
    "`code` (an error code of `POST /api/orders`), `path` (in the body, as `items.0`), `message`; by code more:"
    " `missing` and `minimum`, `available`, `opensAt`, `until`, `from`, `reason`, `distanceKm`, limits of modifiers"
)


class CouponOfQuote(Schema):
    code = fields.String(required=True, metadata={"description": "as it was sent"})
    accepted = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(REASONS))


class QuoteOut(Schema):
    """What the body would cost now. It reserves nothing, and has no lifetime."""

    id = fields.String(required=True, metadata={"description": "send it as `quoteId` with the order"})
    partner_id = fields.UUID(required=True, allow_none=True)
    currency = fields.String(required=True)
    fulfilment = fields.String(required=True, validate=FULFILMENT)
    items = fields.List(fields.Nested(ItemOut), required=True)
    subtotal = MoneyOut(required=True)
    discount = MoneyOut(required=True)
    coupon = fields.Nested(CouponOfQuote, required=True, allow_none=True)
    fees = fields.List(fields.Nested(FeeOut), required=True)
    tax_lines = fields.List(fields.Nested(TaxLineOut), required=True)
    tip = MoneyOut(required=True)
    total = MoneyOut(required=True)
    distance_km = fields.Float(required=True, allow_none=True)
    eta_minutes = fields.List(
        fields.Integer(), required=True, allow_none=True, metadata={"description": "earliest and latest"}
    )
    orderable = fields.Boolean(required=True)
    problems = fields.List(
        OpenObject("QuoteProblem", PROBLEM),
        required=True,
        metadata={"description": "why it cannot be ordered as it is"},
    )
    valid_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "a sale ends then, or the shop takes no orders"},
    )


class ExplainedModifier(Schema):
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price = MoneyOut(required=True)


class ExplainedLine(Schema):
    item_id = fields.String(required=True)
    name = fields.String(required=True)
    variant_name = fields.String(required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    base = MoneyOut(required=True, metadata={"description": "of the variant, in its sale if there was one"})
    list_price = MoneyOut(required=True, allow_none=True, metadata={"description": "outside of the sale"})
    sale_until = fields.AwareDateTime(required=True, allow_none=True)
    modifiers = fields.List(fields.Nested(ExplainedModifier), required=True)
    price = MoneyOut(required=True, metadata={"description": "base and modifiers, of one"})
    total = MoneyOut(required=True)
    discount = MoneyOut(required=True, metadata={"description": "the share of the line"})


class ExplainedCoupon(Schema):
    code = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    value = fields.Float(required=True)
    max_discount = MoneyOut(required=True, allow_none=True)
    minimum = MoneyOut(required=True, allow_none=True)
    paid_by = fields.String(required=True, validate=validate.OneOf(("partner", "house")))


class ExplainedDelivery(Schema):
    fee = MoneyOut(required=True, metadata={"description": "of the tier of this distance"})
    waived = MoneyOut(required=True)
    free_from = MoneyOut(required=True, allow_none=True)
    minimum = MoneyOut(required=True)
    distance_km = fields.Float(required=True, allow_none=True)


class SumsOut(Schema):
    """total = subtotal + adjustment - discount + fees + taxAdded + tip."""

    subtotal = MoneyOut(required=True)
    adjustment = MoneyOut(required=True)
    discount = MoneyOut(required=True)
    fees = MoneyOut(required=True)
    tax_added = MoneyOut(required=True)
    tip = MoneyOut(required=True)
    total = MoneyOut(required=True)


class PricingOut(Schema):
    """Why an order costs what it does: the inputs of each amount, as they were when it was placed."""

    order_id = fields.UUID(required=True)
    currency = fields.String(required=True)
    lines = fields.List(fields.Nested(ExplainedLine), required=True)
    coupon = fields.Nested(ExplainedCoupon, required=True, allow_none=True)
    delivery = fields.Nested(ExplainedDelivery, required=True, allow_none=True)
    fees = fields.List(fields.Nested(FeeOut), required=True)
    tax_lines = fields.List(fields.Nested(TaxLineOut), required=True)
    sums = fields.Nested(SumsOut, required=True)
    rounding = fields.String(required=True)
    commission_base = MoneyOut(metadata={"description": "only for the partner and staff"})
    house_discount = MoneyOut(
        metadata={"description": "what the house pays of the discount; only for the partner and staff"}
    )
    courier_share = MoneyOut(
        metadata={"description": "what a courier of the pool gets; only for the partner and staff"}
    )


OneQuote = envelope("OneQuote", quote=fields.Nested(QuoteOut, required=True))
OnePricing = envelope("OnePricing", pricing=fields.Nested(PricingOut, required=True))
EXAMPLE = {"items": [{"name": "Linen shirt", "quantity": 2, "price": 1450}]}
