"""Bodies, queries and answers about modifier groups."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Amount, Id, Integer, Moment, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope
from metaia.core.openapi import error_schemas
from metaia.products import policy
from metaia.products.records import CHOICE, MEASUREMENT, TEXT
from metaia.products.variants.schemas import MOST

MAX_LENGTH = 500  # characters of a text
_OF_ADMINS = {"description": "for admins: the partner"}
_kind = validate.OneOf((CHOICE, TEXT, MEASUREMENT))
_unit = validate.OneOf(("cm", "in"))
ADDED = {"description": "added to the unit price; may be negative"}


def _added(**kwargs: Any) -> Amount:
    return Amount(validate=validate.Range(min=-MOST, max=MOST), metadata=ADDED, **kwargs)


class Size(Amount):
    """A length with at most 2 decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(min=0, max=10_000), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        size = super()._deserialize(value, attr, data, **kwargs)
        if not 0 <= size <= 10_000 or size * 100 != (size * 100).to_integral_value():
            raise ValidationError("Must be 0 to 10,000 with at most 2 decimals.")
        return size


class OptionIn(Schema):
    """An option. With the `id` of an existing one, it stays that one."""

    id = Id(metadata={"description": "of an option of this group, in a change"})
    name = Text(120, required=True)
    price = _added(load_default=Decimal)
    max_quantity = Integer(validate=validate.Range(min=1, max=100), load_default=1)
    default = fields.Boolean(load_default=False)
    available = fields.Boolean(load_default=True)
    sold_out_until = Moment(allow_none=True, load_default=None)


class ChangeGroup(Schema):
    """The parts of a modifier group that its partner can change; its kind stays."""

    name = Text(120)
    min = Integer(validate=validate.Range(min=0, max=100), metadata={"description": "1 or more: required"})
    max = Integer(validate=validate.Range(min=1, max=100))
    options = fields.List(
        fields.Nested(OptionIn),
        validate=validate.Length(min=1, max=policy.MAX_OPTIONS),
        metadata={"description": "of the kind `choice`, in their order"},
    )
    max_length = Integer(
        validate=validate.Range(min=1, max=MAX_LENGTH), metadata={"description": "of the kind `text`"}
    )
    unit = fields.String(validate=_unit, metadata={"description": "of the kind `measurement`"})
    min_value = Size(metadata={"description": "of the kind `measurement`"})
    max_value = Size(metadata={"description": "of the kind `measurement`"})
    step = Size(metadata={"description": "of the kind `measurement`"})
    price = _added()
    expected_version = Version(load_default=None)


class CreateGroup(ChangeGroup):
    class Meta(ChangeGroup.Meta):
        exclude = ("expected_version",)

    partner_id = Id(load_default=None, metadata=_OF_ADMINS)
    name = Text(120, required=True)
    kind = fields.String(validate=_kind, load_default=CHOICE)
    min = Integer(validate=validate.Range(min=0, max=100), load_default=0)
    max = Integer(validate=validate.Range(min=1, max=100), load_default=1)

    @validates_schema
    def complete(self, data: dict[str, Any], **_: Any) -> None:
        """Each kind has its parts."""
        needed = {
            CHOICE: ("options",),
            TEXT: ("max_length",),
            MEASUREMENT: ("unit", "min_value", "max_value"),
        }
        for name in needed[data["kind"]]:
            if name not in data:
                raise ValidationError(f"Required with the kind `{data['kind']}`.", name)


class GroupsQuery(Filters):
    partner_id = Id(required=True)


class OptionOut(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    price = MoneyOut(required=True, metadata=ADDED)
    max_quantity = fields.Integer(required=True)
    default = fields.Boolean(required=True)
    available = fields.Boolean(required=True)
    sold_out_until = fields.AwareDateTime(required=True, allow_none=True)
    position = fields.Integer(required=True)


class GroupOut(Schema):
    """What a customer chooses or states about a product."""

    id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=_kind)
    min = fields.Integer(required=True)
    max = fields.Integer(required=True)
    options = fields.List(fields.Nested(OptionOut), required=True)
    max_length = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True, validate=_unit)
    min_value = fields.Float(required=True, allow_none=True)
    max_value = fields.Float(required=True, allow_none=True)
    step = fields.Float(required=True, allow_none=True)
    price = MoneyOut(required=True, metadata=ADDED)
    currency = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class ModifierGroupConflict(Schema):
    """The `details` of a 409 about a modifier group: its current state."""

    version = fields.Integer(required=True)
    modifier_group = fields.Nested(GroupOut, required=True)


_group = fields.Nested(GroupOut, required=True)
OneGroup = envelope("OneModifierGroup", modifier_group=_group)
ManyGroups = envelope("ManyModifierGroups", modifier_groups=fields.List(_group, required=True))
Conflict = error_schemas.conflict(ModifierGroupConflict)
EXAMPLE = {"name": "Size", "min": 1, "options": [{"name": "Slim", "price": 0}, {"name": "Wide", "price": 50}]}
