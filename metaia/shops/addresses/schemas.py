"""Bodies and answers about addresses."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.geo import LIMIT
from metaia.core.http.fields import Float, Schema, Text, Version
from metaia.core.http.views import envelope
from metaia.core.openapi import error_schemas


def latitude(**kwargs: Any) -> Float:
    """Return the field of a latitude, in degrees."""
    return Float(allow_none=True, validate=validate.Range(-LIMIT, LIMIT), **kwargs)


def longitude(**kwargs: Any) -> Float:
    """Return the field of a longitude, in degrees."""
    return Float(allow_none=True, validate=validate.Range(-180, 180), **kwargs)


class CoordinatesIn(Schema):
    """A place in a body: its coordinates come together."""

    lat = latitude()
    lng = longitude()

    @validates_schema
    def both(self, data: dict[str, Any], **_: Any) -> None:
        """One coordinate alone is no place."""
        if (data.get("lat") is None) != (data.get("lng") is None) or ("lat" in data) != ("lng" in data):
            raise ValidationError("Give lat and lng, or neither.", "lat")


class ChangeAddress(CoordinatesIn):
    label = Text(60)
    address = Text(500, lines=True)
    city = Text(120, allow_none=True)
    postal_code = Text(
        16, allow_none=True, metadata={"description": "for shops that deliver by postal codes"}
    )
    instructions = Text(500, lines=True, allow_none=True)
    default = fields.Boolean(attribute="is_default")
    expected_version = Version(load_default=None)


class CreateAddress(ChangeAddress):
    class Meta(ChangeAddress.Meta):
        exclude = ("expected_version",)

    label = Text(60, required=True)
    address = Text(500, lines=True, required=True)


class AddressOut(Schema):
    id = fields.UUID(required=True)
    label = fields.String(required=True)
    address = fields.String(required=True)
    city = fields.String(required=True, allow_none=True)
    postal_code = fields.String(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    lng = fields.Float(required=True, allow_none=True)
    instructions = fields.String(required=True, allow_none=True)
    default = fields.Boolean(required=True, metadata={"description": "one at most; the app proposes it"})
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class AddressConflict(Schema):
    """The `details` of a 409 about an address: its current state."""

    version = fields.Integer(required=True)
    address = fields.Nested(AddressOut, required=True)


_address = fields.Nested(AddressOut, required=True)
OneAddress = envelope("OneAddress", address=_address)
ManyAddresses = envelope("ManyAddresses", addresses=fields.List(_address, required=True))
Conflict = error_schemas.conflict(AddressConflict)
EXAMPLE = {"label": "Home", "address": "7 Mill Road, Pune", "lat": 18.5204, "lng": 73.8567, "default": True}
