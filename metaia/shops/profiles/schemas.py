"""Bodies about profiles, and the answer to their partners."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields, validate, validates, validates_schema

from metaia.core.http.contact_fields import Phone
from metaia.core.http.fields import Amount, Currency, Day, Id, Integer, Moment, Schema, Text, Version
from metaia.core.http.parts.opening_hours import Week, pairs, require_apart
from metaia.core.http.parts.places import PlaceIn
from metaia.core.http.parts.slugs import Slug
from metaia.core.http.parts.time_zones import zone
from metaia.shops import policy
from metaia.shops.schemas import FULFILMENTS, Conflict, OneOwnPartner, Plain

__all__ = ["Conflict", "OneOwnPartner", "Plain"]
_WEBSITE = re.compile(r"https?://[^\s/?#@\\]+\.[^\s@\\]+")
_MINUTES = {"description": "minutes"}


def _minutes(most: int, **kwargs: Any) -> Integer:
    return Integer(validate=validate.Range(min=0, max=most), metadata=_MINUTES, **kwargs)


class ShopAddressIn(Schema):
    line1 = Text(120, load_default=None, allow_none=True)
    line2 = Text(120, load_default=None, allow_none=True)
    city = Text(80, load_default=None, allow_none=True)
    region = Text(80, load_default=None, allow_none=True)
    postal_code = Text(16, load_default=None, allow_none=True)
    country = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp("^[A-Z]{2}$"),
        metadata={"description": "ISO 3166 code of two letters", "example": "FR"},
    )


class ChangeProfile(Schema):
    """Parts that are left out stay as they are."""

    slug = Slug(metadata={"description": "by default made of the name"})
    business_name = Text(120)
    description = Text(2000, lines=True, allow_none=True)
    category = Text(40, allow_none=True, metadata={"description": "a slug of GET /api/categories"})
    tags = fields.List(Text(40), validate=validate.Length(max=policy.MAX_TAGS))
    address = fields.Nested(ShopAddressIn, allow_none=True)
    location = fields.Nested(PlaceIn, allow_none=True)
    phone = Phone(allow_none=True)
    website = Text(300, allow_none=True, metadata={"description": "http or https"})
    logo_media_id = Id(allow_none=True, metadata={"description": "an image of yours"})
    banner_media_id = Id(allow_none=True, metadata={"description": "an image of yours"})
    media_ids = fields.List(Id(), validate=validate.Length(max=policy.MAX_PICTURES))
    currency = Currency()
    price_level = Integer(validate=validate.Range(min=1, max=4), allow_none=True)
    preparation_minutes = _minutes(1440)
    busy_extra_minutes = _minutes(480)
    accept_when_busy = fields.Boolean()
    minimum_order = Amount(validate=validate.Range(min=0, max=10**9), metadata={"description": "subtotal"})
    fulfilments = fields.List(
        fields.String(validate=validate.OneOf(FULFILMENTS)), validate=validate.Length(min=1, max=2)
    )
    custom_items = fields.Boolean(
        metadata={"description": "whether customers may order items that are no products"}
    )
    expected_version = Version(load_default=None)

    @validates("website")
    def is_web_address(self, value: str | None, **_: Any) -> None:
        """Addresses with a password, or of another scheme, are refused."""
        if value is not None and not _WEBSITE.fullmatch(value):
            raise ValidationError("Must be an address as https://example.com.")


class PutProfile(ChangeProfile):
    """A new profile, or one that replaces yours: parts that are left out get their defaults."""

    business_name = Text(120, required=True)
    currency = Currency(load_default=lambda: current_app.config["DEFAULT_CURRENCY"])


class ExceptionIn(Schema):
    """The hours of a date, instead of all others that clocks show on it. No hours: closed."""

    date = Day(required=True)
    hours = pairs(load_default=list)
    note = Text(200, load_default=None, allow_none=True)

    @validates_schema
    def apart(self, data: dict[str, Any], **_: Any) -> None:
        """Pairs do not overlap."""
        require_apart(data["hours"], "hours")


class PutHours(Schema):
    """All hours of a shop; without weekly hours and exceptions it is always open."""

    time_zone = zone(load_default=None)
    weekly = fields.Nested(Week, load_default=None, allow_none=True)
    exceptions = fields.List(
        fields.Nested(ExceptionIn), load_default=list, validate=validate.Length(max=policy.MAX_EXCEPTIONS)
    )
    last_order_minutes = _minutes(720, load_default=0)
    expected_version = Version(load_default=None)

    @validates("exceptions")
    def different(self, value: list[dict[str, Any]], **_: Any) -> None:
        """A date has one exception."""
        days = [each["date"] for each in value if "date" in each]  # an invalid one may have none
        if len(set(days)) < len(days):
            raise ValidationError("A date is given twice.")


class Pause(Plain):
    """Until when no orders are taken: a time, or a number of minutes."""

    until = Moment(load_default=None)
    minutes = Integer(load_default=None, validate=validate.Range(min=1, max=policy.MAX_PAUSE_MINUTES))
    reason = Text(200, load_default=None, allow_none=True)

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        """One of both is given."""
        if (data["until"] is None) == (data["minutes"] is None):
            raise ValidationError("Give either until or minutes.", "until")


EXAMPLE = {
    "businessName": "Atelier Lin",
    "description": "Shirts and suits of linen, made to measure.",
    "category": "tailor",
    "tags": ["linen", "bespoke"],
    "address": {"line1": "12 rue des Lilas", "city": "Paris", "postalCode": "75011", "country": "FR"},
    "location": {"lat": 48.8606, "lng": 2.3781},
    "preparationMinutes": 30,
    "minimumOrder": 15,
    "fulfilments": ["delivery", "pickup"],
}
HOURS_EXAMPLE = {
    "timeZone": "Europe/Paris",
    "weekly": {"mon": [{"from": "09:00", "to": "12:30"}, {"from": "14:00", "to": "18:00"}]},
    "exceptions": [{"date": "2031-12-25", "hours": []}],
    "lastOrderMinutes": 15,
}
