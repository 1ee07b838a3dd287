"""Queries and answers of the directory."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from metaia.core.http.fields import Float, Integer, Text
from metaia.core.http.pagination import Filters, PageQuery
from metaia.core.http.parts.places import BoxText, PointText
from metaia.core.http.views import Meta, envelope
from metaia.shops import policy
from metaia.shops.directory.policy import DISTANCE, SORTS
from metaia.shops.schemas import FULFILMENTS, PartnerOut
from metaia.shops.terms import comparable_code

_CODE = re.compile(r"[A-Za-z0-9 -]{2,16}")
_LAT_LNG = {"description": "latitude,longitude", "example": "48.8566,2.3522"}


class Destination(fields.String):
    """A place as `PointText`, or a postal code, loaded as such or as a comparable code."""

    longest = 40  # characters

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "," in text:
            return PointText().deserialize(text)
        code = comparable_code(text) if _CODE.fullmatch(text) else ""
        if not code:
            raise ValidationError("Must be latitude,longitude or a postal code.")
        return code


class PlacesQuery(Filters):
    near = PointText(metadata=_LAT_LNG)
    delivers_to = Destination(metadata={"description": "latitude,longitude or a postal code"})


class PartnersQuery(PageQuery, PlacesQuery):
    q = Text(100, metadata={"description": "words of the profile and of its products, also their beginnings"})
    category = Text(40)
    tags = DelimitedList(
        Text(40), validate=validate.Length(max=policy.MAX_TAGS), metadata={"description": "all of them"}
    )
    radius_km = Float(
        load_default=10.0,
        validate=validate.Range(min=0.01, max=policy.MAX_KM),
        metadata={"description": "around `near`"},
    )
    bbox = BoxText(
        metadata={"description": "west,south,east,north in degrees", "example": "2.2,48.8,2.4,48.9"}
    )
    open = fields.Boolean(metadata={"description": "true: those that are not closed now"})
    min_rating = Float(validate=validate.Range(min=1, max=5))
    price_level = DelimitedList(
        Integer(validate=validate.Range(min=1, max=4)), validate=validate.Length(max=4)
    )
    free_delivery = fields.Boolean(metadata={"description": "true: delivery is free, or from a subtotal on"})
    fulfilment = fields.String(validate=validate.OneOf(FULFILMENTS))
    services = fields.Boolean(metadata={"description": "true: those with services that can be booked"})
    followed = fields.Boolean(metadata={"description": "true: those that you follow"})
    sort = fields.String(
        load_default=None,
        validate=validate.OneOf(SORTS),
        metadata={"description": "by default `distance` with a place, else `-popularity`"},
    )

    @validates_schema
    def sortable(self, data: dict[str, Any], **_: Any) -> None:
        """A distance needs a place."""
        to = data.get("delivers_to")
        if data["sort"] == DISTANCE and "near" not in data and (to is None or isinstance(to, str)):
            raise ValidationError("Needs `near`, or `deliversTo` with a place.", "sort")


_partner = fields.Nested(PartnerOut, required=True)
OnePartner = envelope("OnePartner", partner=_partner)
ManyPartners = envelope("ManyPartners", meta=Meta, partners=fields.List(_partner, required=True))
