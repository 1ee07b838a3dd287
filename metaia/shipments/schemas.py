"""Bodies of changes, queries and answers about shipments."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from metaia.core.errors import declare
from metaia.core.http.fields import Float, Id, Integer, Moment, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.settings.carriers import MANUAL
from metaia.shipments.fields import ACTIONS, ParcelCarrierOut, ShipmentOut, TrackingCode
from metaia.shipments.queries import SORTABLE
from metaia.shipments.state import BY_HAND, STATUSES

# All here, because the schemas of a 409 list the codes that are declared before them.
declare(
    {
        "tracking_code_in_use": "A shipment of the last 180 days has this tracking code.",
        "shipment_closed": "The status of the shipment does not allow this any more.",
        "not_manual": "Scans are added by hand for the carrier `manual` only.",
        "too_many_shipments": "The order has as many shipments as allowed.",
        "carrier_unavailable": "The carrier does not answer, or not in a usable way; try again later.",
    }
)
MOST_ITEMS = 200
HEAVIEST = 1_000_000  # grams
SLUG = r"[a-z0-9-]+"
EXAMPLE = {"slug": MANUAL, "trackingCode": "AWB1234567890"}
_status = validate.OneOf(STATUSES)
_slug = validate.And(validate.Length(max=30), validate.Regexp(rf"{SLUG}\Z"))


class ShippedItem(Schema):
    """How many of an item of the order are in a parcel; `index` is its place in the order's `items`."""

    index = Integer(required=True, validate=validate.Range(min=0, max=1000))
    quantity = Integer(required=True, validate=validate.Range(min=1, max=1_000_000))


class CreateShipment(Schema):
    slug = fields.String(
        required=True,
        validate=_slug,
        metadata={"description": "of GET /api/carriers", "pattern": f"^{SLUG}$"},
    )
    tracking_code = TrackingCode(required=True)
    items = fields.List(
        fields.Nested(ShippedItem),
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=MOST_ITEMS),
        metadata={"description": "null: not stated"},
    )
    estimated_delivery = Moment(load_default=None, allow_none=True)
    weight = Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=HEAVIEST),
        metadata={"description": "grams"},
    )

    @validates_schema
    def items_once(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an item that is given twice."""
        indexes = [each["index"] for each in data["items"] or ()]
        if len(set(indexes)) < len(indexes):
            raise ValidationError("Give each item once.", "items")


class UpdateShipment(Schema):
    tracking_code = TrackingCode()
    estimated_delivery = Moment(allow_none=True)
    expected_version = Version(load_default=None)


class CancelShipment(Schema):
    expected_version = Version(load_default=None)


class ScanPlace(Schema):
    """Where a parcel was scanned. A place on the map needs both coordinates."""

    city = Text(80, load_default=None, allow_none=True)
    region = Text(80, load_default=None, allow_none=True)
    country = Text(80, load_default=None, allow_none=True)
    lat = Float(load_default=None, allow_none=True, validate=validate.Range(min=-90, max=90))
    lng = Float(load_default=None, allow_none=True, validate=validate.Range(min=-180, max=180))

    @validates_schema
    def whole_point(self, data: dict[str, Any], **_: Any) -> None:
        """A point has both coordinates."""
        if (data["lat"] is None) != (data["lng"] is None):
            raise ValidationError("Give lat and lng, or neither.", "lat")


class AddScan(Schema):
    status = fields.String(required=True, validate=validate.OneOf(BY_HAND))
    at = Moment(required=True, metadata={"description": "when it happened; not in the future"})
    location = fields.Nested(ScanPlace, load_default=None, allow_none=True)
    note = Text(300, load_default=None, allow_none=True)


class ShipmentsQuery(PageQuery):
    state = DelimitedList(fields.String(validate=_status))
    slug = fields.String(validate=_slug, metadata={"pattern": f"^{SLUG}$"})
    order_id = Id()
    late = fields.Boolean(truthy={"true"}, falsy={"false"})
    stale = fields.Boolean(truthy={"true"}, falsy={"false"})
    q = Text(64, metadata={"description": "a tracking code or an order number"})
    sort = sort_field(tuple(SORTABLE), "-createdAt")


class NewShipmentConflict(Schema):
    """Why an order gets no shipment: its status, the number of its shipments, or one with the same code."""

    status = fields.String()
    most = fields.Integer()
    shipment_id = fields.UUID(metadata={"description": "of the same order"})


class ShipmentConflict(Schema):
    """The shipment as it is now."""

    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(ACTIONS)), required=True)
    shipment = fields.Nested(ShipmentOut, required=True)


NotShipped = error_schemas.conflict(NewShipmentConflict)
Conflict = error_schemas.conflict(ShipmentConflict, NewShipmentConflict)
Carriers = envelope("Carriers", carriers=fields.List(fields.Nested(ParcelCarrierOut), required=True))
OneShipment = envelope("OneShipment", shipment=fields.Nested(ShipmentOut, required=True))
OrderShipments = envelope("OrderShipments", shipments=fields.List(fields.Nested(ShipmentOut), required=True))
ManyShipments = envelope(
    "ManyShipments", shipments=fields.List(fields.Nested(ShipmentOut), required=True), meta=Meta
)
