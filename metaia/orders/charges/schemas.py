"""Modifiers, fees and taxes in answers about orders and quotes."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import MoneyOut, Schema
from metaia.products.pricing.cart import FULFILMENTS

FULFILMENT = validate.OneOf(FULFILMENTS)


class OrderModifierOut(Schema):
    """What was chosen for an item: an option, a text or a measurement."""

    group_id = fields.UUID(required=True)
    group = fields.String(required=True)
    price = MoneyOut(required=True, metadata={"description": "of one; it is in the price of the item"})
    quantity = fields.Integer(required=True)
    option_id = fields.UUID(metadata={"description": "only of an option"})
    name = fields.String(metadata={"description": "only of an option"})
    text = fields.String(metadata={"description": "only of a text; private"})
    value = fields.Float(metadata={"description": "only of a measurement; private"})
    unit = fields.String(metadata={"description": "only of a measurement"})


class CatalogueItemOut(Schema):
    """The parts that only an item of the catalogue has. They are a copy: later changes do not reach it."""

    product_id = fields.UUID()
    variant_id = fields.UUID()
    variant_name = fields.String(allow_none=True)
    modifiers = fields.List(fields.Nested(OrderModifierOut))
    discount = MoneyOut(
        metadata={"description": "the part of the order's discount; left out if there is none"}
    )
    total = MoneyOut(metadata={"description": "price times quantity, before the discount"})


class FeeOut(Schema):
    code = fields.String(required=True, metadata={"description": "delivery"})
    name = fields.String(required=True)
    amount = MoneyOut(required=True)
    tax_rate = fields.Float(required=True, allow_none=True, metadata={"description": "in percent"})


class TaxLineOut(Schema):
    """The tax of one rate, rounded once for the order."""

    name = fields.String(required=True)
    rate = fields.Float(required=True, metadata={"description": "in percent"})
    base = MoneyOut(required=True, metadata={"description": "items without discount, and fees, of this rate"})
    amount = MoneyOut(required=True)
    included = fields.Boolean(required=True, metadata={"description": "whether the prices contain it"})


class OrderDestinationOut(Schema):
    address = fields.String(required=True)
    city = fields.String(metadata={"description": "only if it was stated"})
    postal_code = fields.String(metadata={"description": "only if it was stated"})
    lat = fields.Float(required=True, allow_none=True)
    lng = fields.Float(required=True, allow_none=True)
    instructions = fields.String(required=True, allow_none=True)
    leave_at_door = fields.Boolean(required=True)


class CouponOfOrder(Schema):
    code = fields.String(required=True)


class ChargesOut(Schema):
    """How the total is made up: subtotal + adjustment - discount + fees + added taxes + tip."""

    subtotal = MoneyOut(required=True, metadata={"description": "the sum of the items"})
    discount = MoneyOut(required=True)
    coupon = fields.Nested(CouponOfOrder, required=True, allow_none=True)
    fees = fields.List(fields.Nested(FeeOut), required=True)
    tax_lines = fields.List(fields.Nested(TaxLineOut), required=True)
    tip = MoneyOut(required=True)
    fulfilment = fields.String(required=True, allow_none=True, validate=FULFILMENT)
    destination = fields.Nested(OrderDestinationOut, required=True, allow_none=True)
    scheduled_for = fields.AwareDateTime(required=True, allow_none=True)
