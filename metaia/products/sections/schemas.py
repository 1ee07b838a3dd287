"""Bodies, queries and answers about sections."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Schema, Text, Version
from metaia.core.http.pagination import Filters
from metaia.core.http.parts.opening_hours import Week
from metaia.core.http.views import envelope
from metaia.core.openapi import error_schemas
from metaia.products import policy
from metaia.products.schemas import position_field

_OF_ADMINS = {"description": "for admins: the partner"}
_HOURS = {"description": "when it is served, in the shop's zone; null: as long as the shop is open"}


class ChangeSection(Schema):
    name = Text(120)
    hours = fields.Nested(Week, allow_none=True, metadata=_HOURS)
    position = position_field()
    expected_version = Version(load_default=None)


class CreateSection(ChangeSection):
    class Meta(ChangeSection.Meta):
        exclude = ("expected_version",)

    partner_id = Id(load_default=None, metadata=_OF_ADMINS)
    name = Text(120, required=True)


class OrderSections(Schema):
    partner_id = Id(load_default=None, metadata=_OF_ADMINS)
    ids = fields.List(
        Id(),
        required=True,
        validate=validate.Length(min=1, max=policy.MAX_SECTIONS),
        metadata={"description": "all sections of the partner, in their new order"},
    )


class SectionsQuery(Filters):
    partner_id = Id(required=True)


class SectionOut(Schema):
    """A part of a menu."""

    id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True)
    name = fields.String(required=True)
    hours = fields.Nested(Week, required=True, allow_none=True, metadata=_HOURS)
    position = fields.Integer(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class SectionConflict(Schema):
    """The `details` of a 409 about a section: its current state."""

    version = fields.Integer(required=True)
    section = fields.Nested(SectionOut, required=True)


_section = fields.Nested(SectionOut, required=True)
OneSection = envelope("OneSection", section=_section)
ManySections = envelope("ManySections", sections=fields.List(_section, required=True))
Conflict = error_schemas.conflict(SectionConflict)
EXAMPLE = {"name": "Breakfast", "hours": {"sat": [{"from": "08:00", "to": "11:00"}]}}
