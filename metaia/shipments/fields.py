"""Fields of shipments, and shipments in answers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from metaia.core.http.fields import Schema
from metaia.settings.carriers import CONVENTIONS, MANUAL
from metaia.shipments.state import STATUSES, UNKNOWN

ACTIONS = ("update", "cancel", "refresh", "scan")
_status = validate.OneOf(STATUSES)


class TrackingCode(fields.String):
    """A tracking code: letters, digits and `-._/`. It is stored without spaces and in capitals."""

    def __init__(self, **kwargs: Any) -> None:
        code = validate.Regexp(
            r"[A-Z0-9][A-Z0-9._/-]*\Z", error="Only letters, digits and -._/ are possible."
        )
        shown = {"pattern": "^[A-Za-z0-9 ][A-Za-z0-9 ._/-]*$"} | kwargs.pop("metadata", {})
        super().__init__(validate=[validate.Length(min=3, max=64), code], metadata=shown, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        return "".join(text.split()).upper() if len(text) <= 200 and text.isascii() else text


class ParcelCarrierOut(Schema):
    """A carrier. `canAsk`: its scans are asked for when no webhook comes."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    convention = fields.String(required=True, validate=validate.OneOf((*CONVENTIONS, MANUAL)))
    tracking_url = fields.String(required=True, allow_none=True)
    can_ask = fields.Boolean(required=True)


class ScanPlaceOut(Schema):
    """Where a parcel was scanned; coordinates only where the carrier gives them."""

    city = fields.String(required=True, allow_none=True)
    region = fields.String(required=True, allow_none=True)
    country = fields.String(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    lng = fields.Float(required=True, allow_none=True)


class ScanOut(Schema):
    """A scan. `at` is the carrier's time; `unknown` is a status in words of the carrier."""

    status = fields.String(required=True, validate=validate.OneOf((*STATUSES, UNKNOWN)))
    at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)
    location = fields.Nested(ScanPlaceOut, required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)


class ShippedItemOut(Schema):
    """How many of an item of the order are in the parcel."""

    index = fields.Integer(required=True)
    quantity = fields.Integer(required=True)


class ShipmentBase(Schema):
    """A parcel of an order, without its scans."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True, allow_none=True)
    slug = fields.String(required=True)
    carrier = fields.String(required=True, metadata={"description": "its name"})
    tracking_code = fields.String(required=True)
    tracking_url = fields.String(
        required=True, allow_none=True, metadata={"description": "the carrier's page"}
    )
    share_url = fields.String(
        required=True, metadata={"description": "a public page without names, addresses and the order"}
    )
    status = fields.String(required=True, validate=_status)
    estimated_delivery = fields.AwareDateTime(required=True, allow_none=True)
    items = fields.List(fields.Nested(ShippedItemOut), required=True, allow_none=True)
    weight = fields.Integer(required=True, allow_none=True)
    last_scan_at = fields.AwareDateTime(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    stale = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(ACTIONS)), required=True)


class ShipmentOut(ShipmentBase):
    """A parcel of an order, with its scans in the order of the carrier's times."""

    scans = fields.List(fields.Nested(ScanOut), required=True)
