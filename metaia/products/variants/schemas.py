"""Variants in bodies and answers."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Amount, Id, Integer, Moment, MoneyOut, Schema, Text

MOST = 10**11  # major units
MAX_STOCK = 10**9


def price_field(**kwargs: Any) -> Amount:
    """Return the field of a price in major units, 0 or more."""
    return Amount(validate=validate.Range(min=0, max=MOST), **kwargs)


def stock_field(**kwargs: Any) -> Integer:
    """Return the field of a stock; null: not counted."""
    return Integer(validate=validate.Range(min=0, max=MAX_STOCK), allow_none=True, **kwargs)


class SaleIn(Schema):
    """A price that counts from a moment until before another one."""

    price = price_field(required=True)
    from_ = Moment(data_key="from", required=True)
    until = Moment(required=True)

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """The sale ends after it has begun."""
        if data["until"] <= data["from_"]:
            raise ValidationError("Must be after `from`.", "until")


class VariantIn(Schema):
    """A variant. With the `id` of an existing one, it stays that one; what is left out gets its default."""

    id = Id(metadata={"description": "of a variant of this product, in a change"})
    name = Text(120, allow_none=True, load_default=None)
    sku = Text(64, allow_none=True, load_default=None)
    price = price_field(required=True)
    compare_price = price_field(
        allow_none=True, load_default=None, metadata={"description": "a price to cross out"}
    )
    sale = fields.Nested(SaleIn, allow_none=True, load_default=None)
    stock = stock_field(metadata={"description": "only of a new one; later `PUT /api/products/{id}/stock`"})
    available = fields.Boolean(load_default=True)
    sold_out_until = Moment(allow_none=True, load_default=None)

    @validates_schema
    def counted_elsewhere(self, data: dict[str, Any], **_: Any) -> None:
        """Orders take from the stock at any time, so a change of a product must not set it."""
        if "id" in data and "stock" in data:
            raise ValidationError("Change the stock with PUT /api/products/{id}/stock.", "stock")


class SaleOut(Schema):
    price = MoneyOut(required=True)
    from_ = fields.AwareDateTime(data_key="from", required=True)
    until = fields.AwareDateTime(required=True)


class VariantOut(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    sku = fields.String(required=True, allow_none=True)
    price = MoneyOut(required=True)
    compare_price = MoneyOut(required=True, allow_none=True)
    sale = fields.Nested(SaleOut, required=True, allow_none=True)
    stock = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "for its partner and staff; null: not counted"},
    )
    in_stock = fields.Boolean(required=True)
    available = fields.Boolean(required=True)
    sold_out_until = fields.AwareDateTime(required=True, allow_none=True)
    position = fields.Integer(required=True)
