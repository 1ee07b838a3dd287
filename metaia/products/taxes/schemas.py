"""Bodies, queries and answers about tax rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from metaia.core.http.fields import Amount, Id, Schema, Text, Version
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope
from metaia.core.openapi import error_schemas

_OF_ADMINS = {"description": "for admins: the partner"}


class Percent(Amount):
    """A percentage from 0 to 50 with at most 2 decimals, loaded in basis points."""

    def __init__(self, **kwargs: Any) -> None:
        limits = validate.Range(min=0, max=5_000)
        super().__init__(validate=limits, metadata={"description": "in percent, at most 50"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        points = super()._deserialize(value, attr, data, **kwargs) * 100
        if not 0 <= points <= 5_000 or points != points.to_integral_value():
            raise ValidationError("Must be 0 to 50 with at most 2 decimals.")
        return int(points)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return None if value is None else float(Decimal(value) / 100)


class ChangeTaxRate(Schema):
    name = Text(60)
    rate_bps = Percent(data_key="rate")
    included = fields.Boolean(metadata={"description": "whether prices contain it; the same for all rates"})
    expected_version = Version(load_default=None)


class CreateTaxRate(ChangeTaxRate):
    class Meta(ChangeTaxRate.Meta):
        exclude = ("expected_version",)

    partner_id = Id(load_default=None, metadata=_OF_ADMINS)
    name = Text(60, required=True)
    rate_bps = Percent(data_key="rate", required=True)
    included = fields.Boolean(required=True, metadata={"description": "whether prices contain it"})


class TaxRatesQuery(Filters):
    partner_id = Id(required=True)


class TaxRateOut(Schema):
    """A tax rate of a partner."""

    id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True)
    name = fields.String(required=True)
    rate = fields.Float(required=True, metadata={"description": "in percent"})
    included = fields.Boolean(required=True)
    active = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class TaxRateConflict(Schema):
    """The `details` of a 409 about a tax rate: its current state."""

    version = fields.Integer(required=True)
    tax_rate = fields.Nested(TaxRateOut, required=True)


_rate = fields.Nested(TaxRateOut, required=True)
OneTaxRate = envelope("OneTaxRate", tax_rate=_rate)
ManyTaxRates = envelope("ManyTaxRates", tax_rates=fields.List(_rate, required=True))
Conflict = error_schemas.conflict(TaxRateConflict)
EXAMPLE = {"name": "GST", "rate": 5, "included": True}
