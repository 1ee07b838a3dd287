"""Bodies and answers about categories."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Integer, Schema, Text
from metaia.core.http.views import envelope


class PartnerCategoryOut(Schema):
    """A category of the directory."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    position = fields.Integer(required=True)
    active = fields.Boolean(required=True)


class PutCategory(Schema):
    name = Text(80, required=True)
    position = Integer(load_default=0, validate=validate.Range(min=0, max=10_000))
    active = fields.Boolean(
        load_default=True, metadata={"description": "partners can choose it, and the list has it"}
    )


_category = fields.Nested(PartnerCategoryOut, required=True)
OneCategory = envelope("OneCategory", category=_category)
ManyCategories = envelope("ManyCategories", categories=fields.List(_category, required=True))
