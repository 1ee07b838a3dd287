"""The answer of a menu."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import MoneyOut, Schema
from metaia.core.http.parts.opening_hours import Week
from metaia.core.http.views import envelope
from metaia.products.groups.schemas import GroupOut
from metaia.products.schemas import ProductOut
from metaia.products.variants.schemas import VariantOut


class MenuVariant(VariantOut):
    """A variant. `currentPrice` counts until `validUntil`: inside its window that of the sale."""

    current_price = MoneyOut(required=True)


class MenuProduct(ProductOut):
    """A product. `offered`: it can be ordered until `validUntil`, as far as it is in stock."""

    variants = fields.List(fields.Nested(MenuVariant), required=True)
    offered = fields.Boolean(required=True)


class MenuSection(Schema):
    """A section with its products; the last one, without an id, has those of no section."""

    id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    hours = fields.Nested(Week, required=True, allow_none=True)
    served = fields.Boolean(required=True, metadata={"description": "by its hours, until `validUntil`"})
    products = fields.List(fields.Nested(MenuProduct), required=True)


Menu = envelope(
    "Menu",
    partner_id=fields.UUID(required=True),
    currency=fields.String(required=True),
    time_zone=fields.String(required=True, metadata={"description": "of the hours"}),
    menu_version=fields.Integer(required=True),
    valid_until=fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "when something changes by the clock; null: not within a week"},
    ),
    sections=fields.List(fields.Nested(MenuSection), required=True),
    modifier_groups=fields.List(fields.Nested(GroupOut), required=True),
)
