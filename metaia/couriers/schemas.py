"""Bodies and answers about couriers."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.geo import VEHICLES
from metaia.core.http.contact_fields import Email
from metaia.core.http.fields import Float, Moment, Schema, Text, Version
from metaia.core.http.views import envelope
from metaia.couriers.queries import ACTIVE, INVITED

_vehicle = validate.OneOf(VEHICLES)
MOST_LOCATIONS = 50
SHIFT_STATES = ("on", "paused", "off")
_lat, _lng = validate.Range(min=-85, max=85), validate.Range(min=-180, max=180)


class CourierFix(Schema):
    """A position of a courier. Positions that are too old, from the future or too inaccurate are ignored."""

    lat = Float(required=True, validate=_lat)
    lng = Float(required=True, validate=_lng)
    at = Moment(required=True)
    accuracy = Float(
        load_default=None, allow_none=True, validate=validate.Range(min=0), metadata={"description": "metres"}
    )
    heading = Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, max=360),
        metadata={"description": "degrees, clockwise from north"},
    )
    speed = Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, max=1000),
        metadata={"description": "metres per second"},
    )


class Locations(Schema):
    locations = fields.List(
        fields.Nested(CourierFix), required=True, validate=validate.Length(min=1, max=MOST_LOCATIONS)
    )


class SetShift(Schema):
    on = fields.Boolean(required=True, truthy={True}, falsy={False})
    vehicle = fields.String(validate=_vehicle, metadata={"description": "required to begin"})
    lat = Float(load_default=None, allow_none=True, validate=_lat)
    lng = Float(load_default=None, allow_none=True, validate=_lng)
    expected_version = Version(load_default=None)

    @validates_schema
    def whole_place(self, data: dict[str, Any], **_: Any) -> None:
        """A place has both coordinates."""
        if (data["lat"] is None) != (data["lng"] is None):
            raise ValidationError("Give lat and lng, or neither.", "lat")


class EndShift(Schema):
    on = fields.Boolean(required=True, truthy={True}, falsy={False}, validate=validate.Equal(False))
    reason = Text(200, required=True)


class ShiftOut(Schema):
    """The shift of a courier. `paused`: no position has come for five minutes, so nothing is offered."""

    courier_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(SHIFT_STATES))
    on = fields.Boolean(required=True)
    vehicle = fields.String(required=True, allow_none=True, validate=_vehicle)
    since = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class ShiftChange(Schema):
    """`courier:shift`."""

    courier_id = fields.UUID(required=True)
    on = fields.Boolean(required=True)
    since = fields.AwareDateTime(required=True)


class InviteCourier(Schema):
    """The address of a courier that is invited, or is not any more."""

    email = Email()


class FleetCourierOut(Schema):
    """A courier of a partner's own fleet."""

    courier_id = fields.UUID(required=True)
    first_name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf((INVITED, ACTIVE)))
    since = fields.AwareDateTime(required=True)


class FleetOut(Schema):
    """A partner for which a courier works, or that has invited the courier."""

    partner_id = fields.UUID(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf((INVITED, ACTIVE)))


class FleetChange(Schema):
    """`fleet:changed`."""

    partner_id = fields.UUID(required=True)
    courier_id = fields.UUID(required=True)
    state = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf((INVITED, ACTIVE)),
        metadata={"description": "null: neither"},
    )


OneShift = envelope("OneShift", shift=fields.Nested(ShiftOut, required=True))
Fleet = envelope("CourierFleet", couriers=fields.List(fields.Nested(FleetCourierOut), required=True))
Fleets = envelope("CourierFleets", fleets=fields.List(fields.Nested(FleetOut), required=True))
