"""Answers about partners."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from metaia.core.http.fields import MoneyOut, Schema, Version
from metaia.core.http.parts.opening_hours import OpenHours, Week
from metaia.core.http.parts.places import PlaceOut
from metaia.core.http.views import envelope
from metaia.core.openapi import error_schemas
from metaia.shops.state import MACHINE

AVAILABILITIES = ("open", "busy", "closed")
FULFILMENTS = ("delivery", "pickup")
DELIVERY_BY = ("pool", "own", "own_then_pool", "none")
COURIER_CALLS = ("accepted", "ready")


def _text(description: str | None = None) -> Any:
    metadata = {} if description is None else {"description": description}
    return fields.String(required=True, allow_none=True, metadata=metadata)


def _time(description: str) -> Any:
    return fields.AwareDateTime(required=True, allow_none=True, metadata={"description": description})


class ShopAddressOut(Schema):
    line1 = _text()
    line2 = _text()
    city = _text()
    region = _text()
    postal_code = _text()
    country = _text("ISO 3166 code of two letters")


class PictureOut(Schema):
    """A public picture; one that is not ready is left out."""

    id = fields.UUID(required=True)
    url = fields.String(required=True)


class RatingOut(Schema):
    average = fields.Float(required=True, allow_none=True, metadata={"description": "null without ratings"})
    count = fields.Integer(required=True)


class DeliveryTermsOut(Schema):
    """Whether the partner delivers to the place of the question, and at which terms; null without a place."""

    available = fields.Boolean(required=True)
    fee = MoneyOut(required=True, allow_none=True)
    free_from = MoneyOut(required=True, allow_none=True, metadata={"description": "subtotal"})
    minimum = MoneyOut(required=True, allow_none=True, metadata={"description": "subtotal"})
    eta_minutes = fields.List(
        fields.Integer(), required=True, allow_none=True, metadata={"description": "low, high"}
    )


class PartnerOut(Schema):
    """A partner as the directory shows it."""

    id = fields.UUID(required=True, metadata={"description": "the partner's user id"})
    slug = fields.String(required=True)
    business_name = fields.String(required=True)
    description = _text()
    category = _text("a slug of GET /api/categories")
    tags = fields.List(fields.String(), required=True)
    address = fields.Nested(ShopAddressOut, required=True, allow_none=True)
    location = fields.Nested(PlaceOut, required=True, allow_none=True)
    phone = _text()
    website = _text()
    logo = fields.Nested(PictureOut, required=True, allow_none=True)
    banner = fields.Nested(PictureOut, required=True, allow_none=True)
    media = fields.List(fields.Nested(PictureOut), required=True)
    currency = fields.String(required=True)
    price_level = fields.Integer(required=True, allow_none=True, metadata={"description": "1 to 4"})
    time_zone = fields.String(required=True)
    availability = fields.String(required=True, validate=validate.OneOf(AVAILABILITIES))
    accepts_orders = fields.Boolean(required=True)
    opens_at = _time("when it takes orders next; null while it does, or if it is not known")
    closes_at = _time("null if it is not known")
    last_order_at = _time("the end of orders before closesAt")
    paused_until = _time("the end of a pause")
    preparation_minutes = fields.Integer(required=True)
    minimum_order = MoneyOut(required=True)
    fulfilments = fields.List(fields.String(validate=validate.OneOf(FULFILMENTS)), required=True)
    rating = fields.Nested(RatingOut, required=True)
    followers = fields.Integer(required=True)
    following = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "null without a token"}
    )
    distance_km = fields.Float(required=True, allow_none=True)
    delivery = fields.Nested(DeliveryTermsOut, required=True, allow_none=True)
    matches = fields.List(
        fields.UUID(), required=True, metadata={"description": "up to 3 products with the words of `q`"}
    )
    menu_version = fields.Integer(required=True)
    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(), required=True)


class ShopExceptionOut(Schema):
    date = fields.Date(required=True)
    hours = fields.List(fields.Nested(OpenHours), required=True, metadata={"description": "none: closed"})
    note = _text()


class ShopHoursOut(Schema):
    time_zone = fields.String(required=True)
    weekly = fields.Nested(
        Week,
        required=True,
        allow_none=True,
        metadata={"description": "null: always open, but for exceptions"},
    )
    exceptions = fields.List(fields.Nested(ShopExceptionOut), required=True)
    last_order_minutes = fields.Integer(required=True)


class AreaOut(Schema):
    """Where a partner delivers: `km` around it, in the polygon of `points`, or to postal codes (`values`)."""

    kind = fields.String(required=True, validate=validate.OneOf(("radius", "polygon", "postalCodes")))
    km = fields.Float()
    points = fields.List(fields.Nested(PlaceOut))
    values = fields.List(fields.String())


class TierOut(Schema):
    up_to_km = fields.Float(required=True, allow_none=True)
    minimum = MoneyOut(required=True)
    fee = MoneyOut(required=True)
    free_from = MoneyOut(required=True, allow_none=True)


class ProofNeededOut(Schema):
    """What a courier needs to deliver."""

    code = fields.Boolean(required=True)
    photo = fields.Boolean(required=True)
    signature = fields.Boolean(required=True)


class DeliverySettingsOut(Schema):
    delivery_by = fields.String(required=True, validate=validate.OneOf(DELIVERY_BY))
    area = fields.Nested(AreaOut, required=True, allow_none=True)
    tiers = fields.List(fields.Nested(TierOut), required=True)
    tax_rate_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "of the delivery fee; null: it is not taxed"}
    )
    courier_call = fields.String(required=True, validate=validate.OneOf(COURIER_CALLS))
    proof = fields.Nested(ProofNeededOut, required=True)


class OwnPartnerOut(PartnerOut):
    """A profile for its partner and staff."""

    status = fields.String(required=True, validate=validate.OneOf(MACHINE.states))
    status_reason = _text("why it was returned or hidden")
    pause_reason = _text()
    logo_media_id = fields.UUID(required=True, allow_none=True)
    banner_media_id = fields.UUID(required=True, allow_none=True)
    media_ids = fields.List(fields.UUID(), required=True)
    busy_extra_minutes = fields.Integer(required=True)
    accept_when_busy = fields.Boolean(required=True)
    custom_items = fields.Boolean(required=True)
    hours = fields.Nested(ShopHoursOut, required=True)
    delivery_settings = fields.Nested(DeliverySettingsOut, required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class PartnerConflict(Schema):
    """The `details` of a 409 about a profile: its current state."""

    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(), required=True)
    partner = fields.Nested(OwnPartnerOut, required=True)


class Plain(Schema):
    """The body of an action without fields."""

    expected_version = Version(load_default=None)


OneOwnPartner = envelope("OneOwnPartner", partner=fields.Nested(OwnPartnerOut, required=True))
Conflict = error_schemas.conflict(PartnerConflict)
