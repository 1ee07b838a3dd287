"""The body and the answer of a change of many products."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Amount, Id, Moment, Schema, Text
from metaia.core.http.views import envelope
from metaia.products import policy
from metaia.products.variants.schemas import MOST

MAX_IDS = 500
UNCHANGED, UNKNOWN = "unchanged", "unknown"


class Which(Schema):
    section_id = Id()
    tag = Text(40)
    active = fields.Boolean(load_default=True)


class Set(Schema):
    """What all chosen products get."""

    section_id = Id(allow_none=True)
    tax_rate_id = Id(allow_none=True)
    tags = fields.List(Text(40), validate=validate.Length(max=policy.MAX_TAGS))
    available = fields.Boolean()
    sold_out_until = Moment(allow_none=True)
    active = fields.Boolean()


class Reprice(Schema):
    """How the prices of all variants of the chosen products change; sales stay."""

    percent = Amount(validate=validate.Range(min=-100, max=1000), metadata={"description": "as 10 or -12.5"})
    amount = Amount(validate=validate.Range(min=-MOST, max=MOST), metadata={"description": "added"})
    round_to = Amount(
        validate=validate.Range(min=0, min_inclusive=False, max=MOST),
        metadata={"description": "as 0.05, half up"},
    )

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        """A price changes by a share or by an amount."""
        if ("percent" in data) == ("amount" in data):
            raise ValidationError("Give either percent or amount.", "percent")


class ChangeMany(Schema):
    partner_id = Id(load_default=None, metadata={"description": "for admins: the partner"})
    ids = fields.List(Id(), validate=validate.Length(min=1, max=MAX_IDS))
    filter = fields.Nested(
        Which, metadata={"description": "in place of `ids`; an empty one: all active products"}
    )
    set = fields.Nested(Set)
    price = fields.Nested(Reprice)
    dry_run = fields.Boolean(load_default=False)

    @validates_schema
    def complete(self, data: dict[str, Any], **_: Any) -> None:
        """Products are named or filtered, and something changes."""
        if ("ids" in data) == ("filter" in data):
            raise ValidationError("Give either ids or filter.", "ids")
        if not data.get("set") and "price" not in data:
            raise ValidationError("Give set or price.", "set")


_VALUE = {
    "anyOf": [
        *({"type": kind} for kind in ("string", "number", "boolean", "null")),
        {"type": "array", "items": {"type": "string"}},
    ],
    "description": "as the product shows it",
}


class ChangedOut(Schema):
    id = fields.UUID(required=True)
    variant_id = fields.UUID(required=True, allow_none=True, metadata={"description": "of a price"})
    field = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True, metadata=_VALUE)
    after = fields.Raw(required=True, allow_none=True, metadata=_VALUE)


class SkippedOut(Schema):
    id = fields.UUID(required=True)
    reason = fields.String(required=True, validate=validate.OneOf((UNCHANGED, UNKNOWN)))


ChangedMany = envelope(
    "ChangedProducts",
    changed=fields.List(fields.Nested(ChangedOut), required=True),
    skipped=fields.List(fields.Nested(SkippedOut), required=True),
)
EXAMPLE = {"filter": {"active": True}, "price": {"percent": 10, "roundTo": 1}, "dryRun": True}
