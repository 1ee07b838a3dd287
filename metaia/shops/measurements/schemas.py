"""Bodies and answers about measurements."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Float, Schema, Text, Version
from metaia.core.http.views import envelope
from metaia.core.openapi import error_schemas

MOST_VALUES = 50  # of one set
_unit = validate.OneOf(("cm", "in"))


class SizeIn(Schema):
    name = Text(60, required=True)
    value = Float(required=True, validate=validate.Range(min=0, max=1000))
    unit = fields.String(required=True, validate=_unit)


class ChangeMeasurements(Schema):
    name = Text(60)
    values = fields.List(
        fields.Nested(SizeIn), attribute="sizes", validate=validate.Length(min=1, max=MOST_VALUES)
    )
    expected_version = Version(load_default=None)


class CreateMeasurements(ChangeMeasurements):
    class Meta(ChangeMeasurements.Meta):
        exclude = ("expected_version",)

    name = Text(60, required=True)
    values = fields.List(
        fields.Nested(SizeIn),
        attribute="sizes",
        required=True,
        validate=validate.Length(min=1, max=MOST_VALUES),
    )


class SizeOut(Schema):
    name = fields.String(required=True)
    value = fields.Float(required=True)
    unit = fields.String(required=True, validate=_unit)


class MeasurementsOut(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    values = fields.List(fields.Nested(SizeOut), required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class MeasurementsConflict(Schema):
    """The `details` of a 409 about a set of measurements: its current state."""

    version = fields.Integer(required=True)
    measurements = fields.Nested(MeasurementsOut, required=True)


_measurements = fields.Nested(MeasurementsOut, required=True)
OneMeasurements = envelope("OneMeasurements", measurements=_measurements)
ManyMeasurements = envelope("ManyMeasurements", measurements=fields.List(_measurements, required=True))
Conflict = error_schemas.conflict(MeasurementsConflict)
EXAMPLE = {"name": "Asha", "values": [{"name": "chest", "value": 92.5, "unit": "cm"}]}
