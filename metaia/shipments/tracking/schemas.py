"""Answers of the public tracking page."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope
from metaia.shipments.state import STATUSES, UNKNOWN


class TrackedScan(Schema):
    """A scan, with its city only."""

    status = fields.String(required=True, validate=validate.OneOf((*STATUSES, UNKNOWN)))
    at = fields.AwareDateTime(required=True)
    city = fields.String(required=True, allow_none=True)


class LastSeen(Schema):
    """Where the parcel was last. `current`: less than a day ago, and it is on its way."""

    at = fields.AwareDateTime(required=True)
    city = fields.String(required=True, allow_none=True)
    current = fields.Boolean(required=True)


class TrackedShipment(Schema):
    """A parcel as anyone with its link sees it."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    carrier = fields.String(required=True)
    first_name = fields.String(required=True, allow_none=True)
    estimated_delivery = fields.AwareDateTime(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    last_seen = fields.Nested(LastSeen, required=True, allow_none=True)
    scans = fields.List(fields.Nested(TrackedScan), required=True)


OneTracked = envelope("TrackedShipmentAnswer", tracking=fields.Nested(TrackedShipment, required=True))
