"""Events and answers about positions."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope


class CourierPosition(Schema):
    """`courier:location`."""

    order_id = fields.UUID(required=True)
    lat = fields.Float(required=True)
    lng = fields.Float(required=True)
    heading = fields.Float(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    eta_at = fields.AwareDateTime(required=True, allow_none=True)


class DeliveryEta(Schema):
    """`delivery:eta`."""

    order_id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    low_at = fields.AwareDateTime(required=True)
    high_at = fields.AwareDateTime(required=True)


class TakenOut(Schema):
    """Whether a position counts: it is newer than the last one, accurate, and of the last two minutes."""

    taken = fields.Boolean(required=True)


Taken = envelope("TakenLocations", taken=fields.Boolean(required=True))
