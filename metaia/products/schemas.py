"""Bodies, queries and answers about products."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from metaia.core.http.fields import Currency, Float, Id, Integer, Moment, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.parts.places import PointText
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.products import policy
from metaia.products.records import ITEM, SERVICE
from metaia.products.variants.schemas import VariantIn, VariantOut, price_field, stock_field
from metaia.shops.schemas import PictureOut, RatingOut

MAX_POSITION = 10**6
SORTS = ("created_at", "name", "price", "position")
_kind = validate.OneOf((ITEM, SERVICE))
_place = {"description": "the order in its section"}


def position_field() -> Integer:
    """Return the field of a place in an order."""
    return Integer(validate=validate.Range(min=0, max=MAX_POSITION), metadata=_place)


class UseIn(Schema):
    """A modifier group at a product; without limits those of the group count."""

    group_id = Id(required=True)
    min = Integer(validate=validate.Range(min=0, max=100), allow_none=True, load_default=None)
    max = Integer(validate=validate.Range(min=1, max=100), allow_none=True, load_default=None)

    @validates_schema
    def both(self, data: dict[str, Any], **_: Any) -> None:
        """Limits come together, in their order."""
        if (data["min"] is None) != (data["max"] is None):
            raise ValidationError("Give min and max, or neither.", "min")
        if data["min"] is not None and data["min"] > data["max"]:
            raise ValidationError("Must not be above max.", "min")


class ChangeProduct(Schema):
    """The parts of a product that its partner can change. Orders keep the names and prices that they have."""

    name = Text(200)
    description = Text(2000, lines=True, allow_none=True)
    section_id = Id(allow_none=True)
    tax_rate_id = Id(allow_none=True)
    kind = fields.String(validate=_kind)
    price = price_field(metadata={"description": "of the only variant, in place of `variants`"})
    compare_price = price_field(allow_none=True, metadata={"description": "of the only variant"})
    sku = Text(64, allow_none=True, metadata={"description": "of the only variant"})
    variants = fields.List(fields.Nested(VariantIn), validate=validate.Length(min=1, max=policy.MAX_VARIANTS))
    modifier_groups = fields.List(
        fields.Nested(UseIn), validate=validate.Length(max=policy.MAX_PRODUCT_GROUPS)
    )
    media_ids = fields.List(Id(), validate=validate.Length(max=policy.MAX_PICTURES))
    tags = fields.List(Text(40), validate=validate.Length(max=policy.MAX_TAGS))
    available = fields.Boolean()
    sold_out_until = Moment(allow_none=True)
    active = fields.Boolean(metadata={"description": "whether customers see it"})
    position = position_field()
    expected_version = Version(load_default=None)

    @validates_schema
    def one_form(self, data: dict[str, Any], **_: Any) -> None:
        """Variants are given as a list, or the only one by its parts."""
        if "variants" in data and (twice := {"price", "compare_price", "sku"} & data.keys()):
            raise ValidationError("Give it in `variants`.", min(twice))


class CreateProduct(ChangeProduct):
    class Meta(ChangeProduct.Meta):
        exclude = ("expected_version",)

    partner_id = Id(load_default=None, metadata={"description": "for admins: the partner"})
    name = Text(200, required=True)
    stock = stock_field(metadata={"description": "of the only variant"})

    @validates_schema
    def priced(self, data: dict[str, Any], **_: Any) -> None:
        """A product has a price."""
        if "variants" not in data and "price" not in data:
            raise ValidationError("Give a price, or variants.", "price")
        if "variants" in data and "stock" in data:
            raise ValidationError("Give it in `variants`.", "stock")


class ProductsQuery(PageQuery):
    partner_id = Id()
    q = Text(100, metadata={"description": "words of name, description, tags and variants, also beginnings"})
    section_id = Id()
    tags = DelimitedList(Text(40), metadata={"description": "all of them"})
    currency = Currency()
    min_price = price_field(metadata={"description": "of the cheapest variant; needs `currency`"})
    max_price = price_field(metadata={"description": "included"})
    near = PointText(metadata={"description": "`lat,lng`: of shops within `radiusKm`"})
    radius_km = Float(validate=validate.Range(min=0.1, max=50), metadata={"description": "10 by default"})
    active = fields.Boolean(
        load_default=True, metadata={"description": "false: hidden ones, for their partner and staff"}
    )
    sort = sort_field(SORTS, "-createdAt")

    @validates_schema
    def complete(self, data: dict[str, Any], **_: Any) -> None:
        """Prices are compared in one currency, and a radius has a place."""
        if "radius_km" in data and "near" not in data:
            raise ValidationError("Needs `near`.", "radiusKm")
        if ("min_price" in data or "max_price" in data) and "currency" not in data:
            raise ValidationError("Required with a price.", "currency")


class UseOut(Schema):
    group_id = fields.UUID(required=True)
    min = fields.Integer(required=True)
    max = fields.Integer(required=True)


class ProductOut(Schema):
    """A product. `price`, `comparePrice` and `sku` are those of its first variant."""

    id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True)
    section_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    sku = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, validate=_kind)
    price = MoneyOut(required=True)
    compare_price = MoneyOut(required=True, allow_none=True)
    currency = fields.String(required=True)
    tax_rate_id = fields.UUID(required=True, allow_none=True)
    media_ids = fields.List(fields.UUID(), required=True)
    media = fields.List(
        fields.Nested(PictureOut), required=True, metadata={"description": "the pictures that are ready"}
    )
    tags = fields.List(fields.String(), required=True)
    variants = fields.List(fields.Nested(VariantOut), required=True)
    modifier_groups = fields.List(fields.Nested(UseOut), required=True)
    available = fields.Boolean(required=True)
    sold_out_until = fields.AwareDateTime(required=True, allow_none=True)
    active = fields.Boolean(required=True)
    position = fields.Integer(required=True)
    rating = fields.Nested(RatingOut, required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class ProductConflict(Schema):
    """The `details` of a 409 about a product: its current state."""

    version = fields.Integer(required=True)
    product = fields.Nested(ProductOut, required=True)


_product = fields.Nested(ProductOut, required=True)
OneProduct = envelope("OneProduct", product=_product)
ManyProducts = envelope("ManyProducts", meta=Meta, products=fields.List(_product, required=True))
Conflict = error_schemas.conflict(ProductConflict)
EXAMPLE = {"name": "Linen shirt", "price": 1499, "stock": 20, "tags": ["linen"]}
