"""Bodies about the stock of variants, and about what is available."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Id, Integer, Moment, Schema, Text
from metaia.products.variants.schemas import MAX_STOCK, stock_field

_VARIANT = {"description": "not needed if the product has one variant"}


class SetStock(Schema):
    variant_id = Id(load_default=None, metadata=_VARIANT)
    stock = stock_field(metadata={"description": "what is there now; null: not counted"})
    delta = Integer(
        validate=validate.Range(min=-MAX_STOCK, max=MAX_STOCK),
        metadata={"description": "what has come, or is lost; in place of `stock`"},
    )
    reason = Text(200, load_default=None, metadata={"description": "for the audit log"})

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        """The stock is set or moved."""
        if ("stock" in data) == ("delta" in data):
            raise ValidationError("Give either stock or delta.", "stock")


class SetAvailability(Schema):
    """What is not available cannot be ordered. `soldOutUntil` ends by itself."""

    available = fields.Boolean()
    sold_out_until = Moment(allow_none=True)
    variant_id = Id(load_default=None, metadata={"description": "a variant in place of the product"})
    option_id = Id(load_default=None, metadata={"description": "an option of one of its groups, everywhere"})

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        """One thing changes, by one of two values."""
        if ("available" in data) == ("sold_out_until" in data):
            raise ValidationError("Give either available or soldOutUntil.", "available")
        if data["variant_id"] and data["option_id"]:
            raise ValidationError("Give either variantId or optionId.", "optionId")
