"""The body about where and how a partner delivers."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates, validates_schema

from metaia.core.geo import Point
from metaia.core.http.fields import Amount, Float, Id, Schema, Text, Version
from metaia.core.http.parts.places import PlaceIn
from metaia.shops import policy, polygons
from metaia.shops.schemas import COURIER_CALLS, DELIVERY_BY, Conflict, OneOwnPartner
from metaia.shops.terms import comparable_code

__all__ = ["Conflict", "OneOwnPartner"]
PARTS = {"radius": "km", "polygon": "points", "postalCodes": "values"}  # what each kind of area has
PROBLEMS = {
    "too_few": "A polygon has at least 3 different points.",
    "crossing": "The sides of the polygon cross or touch each other.",
    "antimeridian": "The polygon crosses ±180° of longitude.",
    "flat": "The polygon has no surface.",
}


def _km(**kwargs: Any) -> Float:
    return Float(validate=validate.Range(min=0.001, max=policy.MAX_KM), **kwargs)


def _amount(**kwargs: Any) -> Amount:
    return Amount(validate=validate.Range(min=0, max=10**9), **kwargs)


class AreaIn(Schema):
    """`km` around you, the inside of a polygon, or postal codes. Edges belong to the area."""

    kind = fields.String(required=True, validate=validate.OneOf([*PARTS]))
    km = _km()
    points = fields.List(fields.Nested(PlaceIn), validate=validate.Length(min=3, max=policy.MAX_POINTS))
    values = fields.List(
        Text(policy.LONGEST_CODE), validate=validate.Length(min=1, max=policy.MAX_POSTAL_CODES)
    )

    @validates("points")
    def simple(self, value: list[Point], **_: Any) -> None:
        """Sides do not cross."""
        if not all(isinstance(each, Point) for each in value):  # they have errors of their own
            return
        problem = polygons.problem(value)
        if problem is not None:
            raise ValidationError(PROBLEMS[problem])

    @validates("values")
    def comparable(self, value: list[str], **_: Any) -> None:
        """Codes are compared in capitals, which may be more letters."""
        if any(not 0 < len(comparable_code(each)) <= policy.LONGEST_CODE for each in value):
            raise ValidationError(f"A code has 1 to {policy.LONGEST_CODE} letters and digits.")

    @validates_schema
    def fitting(self, data: dict[str, Any], **_: Any) -> None:
        """The kind has its part, and no other one."""
        given = data.keys() - {"kind"}
        if given != {PARTS[data["kind"]]}:
            raise ValidationError(f"This kind needs {PARTS[data['kind']]}, and nothing else.", "kind")


class TierIn(Schema):
    """The terms up to a distance, included; without one for all further places."""

    up_to_km = _km(load_default=None, allow_none=True)
    minimum = _amount(load_default=0, metadata={"description": "smallest subtotal"})
    fee = _amount(required=True)
    free_from = _amount(load_default=None, allow_none=True, metadata={"description": "subtotal, included"})


class ProofIn(Schema):
    code = fields.Boolean(load_default=False, metadata={"description": "a code that the customer states"})
    photo = fields.Boolean(load_default=False)
    signature = fields.Boolean(load_default=False)


class PutDelivery(Schema):
    """All about your deliveries. Without an area you deliver as far as the tiers reach."""

    delivery_by = fields.String(
        required=True,
        validate=validate.OneOf(DELIVERY_BY),
        metadata={"description": "couriers of the pool, your own ones, your own ones first, or none"},
    )
    area = fields.Nested(AreaIn, load_default=None, allow_none=True)
    tiers = fields.List(
        fields.Nested(TierIn), load_default=list, validate=validate.Length(max=policy.MAX_TIERS)
    )
    tax_rate_id = Id(  # left out by clients of before it was there: saving tiers must not end a tax
        allow_none=True,
        metadata={
            "description": "your tax rate of the delivery fee; null: it is not taxed; left out: as before"
        },
    )
    courier_call = fields.String(
        load_default="ready",
        validate=validate.OneOf(COURIER_CALLS),
        metadata={"description": "the status of an order at which couriers are called"},
    )
    proof = fields.Nested(ProofIn, load_default=lambda: ProofIn().load({}))
    expected_version = Version(load_default=None)

    @validates("tiers")
    def ascending(self, value: list[dict[str, Any]], **_: Any) -> None:
        """Each tier reaches further than the one before."""
        limits = [each["up_to_km"] for each in value if "up_to_km" in each]  # an invalid tier may have none
        reached = [float("inf") if limit is None else limit for limit in limits]
        if reached != sorted(set(reached)):
            raise ValidationError("Each tier must reach further than the one before.")


EXAMPLE = {
    "deliveryBy": "pool",
    "area": {"kind": "radius", "km": 5},
    "tiers": [
        {"upToKm": 2, "minimum": 15, "fee": 2, "freeFrom": 40},
        {"upToKm": 5, "minimum": 25, "fee": 4.5},
    ],
    "courierCall": "ready",
    "proof": {"code": True, "photo": False, "signature": False},
}
