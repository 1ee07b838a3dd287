"""Rounds of offers in bodies and answers."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Amount, Day, Integer, Moment, MoneyOut, Schema, Text
from metaia.offers.rounds import amounts  # noqa: F401 - it declares codes of a 422
from metaia.offers.state import PAYMENT_TERMS

MOST_ITEMS, MOST_PIECES = 100, 10_000
MOST = 10**11  # of a price, in major units


class OfferItemIn(Schema):
    name = Text(200, required=True)
    quantity = Integer(required=True, validate=validate.Range(min=1, max=MOST_PIECES))
    min_quantity = Integer(
        validate=validate.Range(min=0, max=MOST_PIECES),
        metadata={"description": "an acceptance may take less, down to this; by default all; 0: none of it"},
    )
    unit = Text(30, load_default=None, allow_none=True, metadata={"example": "metres"})
    price = Amount(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, max=MOST),
        metadata={"description": "of one piece; without it you ask for one"},
    )

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """The least quantity is not above the quantity."""
        if data.get("min_quantity", 0) > data["quantity"]:
            raise ValidationError("Must not be above quantity.", "minQuantity")


class OfferTermsIn(Schema):
    """What is left out of a counter-offer stays, and null removes it."""

    deliver_by = Day(allow_none=True)
    payment_terms = fields.String(
        allow_none=True,
        validate=validate.OneOf(PAYMENT_TERMS),
        metadata={
            "description": "prepaid: online; on_delivery: in cash; net15, net30, net60: on the buyer's credit; without "
            "it: the setting DEFAULT_PAYMENT_METHOD"
        },
    )
    notes = Text(2000, lines=True, allow_none=True)


class Round(Schema):
    """What a round states. The price is the sum of the items and `adjustment`; `total` states it as a whole."""

    adjustment = Amount(validate=validate.Range(min=-MOST, max=MOST))
    total = Amount(
        validate=validate.Range(min=0, max=MOST),
        metadata={"description": "instead of `adjustment`, which is then the rest"},
    )
    terms = fields.Nested(OfferTermsIn)
    expires_at = Moment(metadata={"description": "10 minutes to 90 days ahead; by default OFFER_HOURS"})
    valid_until = Day(
        metadata={"description": "instead of `expiresAt`: the end of this day in your time zone"}
    )

    @validates_schema
    def one_of_each(self, data: dict[str, Any], **_: Any) -> None:
        """The price and the time are stated in one way."""
        for name, other in (("adjustment", "total"), ("expires_at", "valid_until")):
            if name in data and other in data:
                raise ValidationError(f"Give either this or {other}.", name)


def items(**options: Any) -> fields.Field[Any]:
    """Return the field of the items of a round."""
    length = validate.Length(min=1, max=MOST_ITEMS)
    return fields.List(fields.Nested(OfferItemIn), validate=length, **options)


class OfferItemOut(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    min_quantity = fields.Integer(required=True)
    unit = fields.String(required=True, allow_none=True)
    price = MoneyOut(required=True, allow_none=True)


class OfferTermsOut(Schema):
    deliver_by = fields.Date(required=True, allow_none=True)
    payment_terms = fields.String(required=True, allow_none=True, validate=validate.OneOf(PAYMENT_TERMS))
    notes = fields.String(required=True, allow_none=True)


class RoundOut(Schema):
    """What a round states."""

    maker_id = fields.UUID(required=True, metadata={"description": "made the present round"})
    round = fields.Integer(required=True)
    items = fields.List(fields.Nested(OfferItemOut), required=True)
    adjustment = MoneyOut(required=True)
    total = MoneyOut(
        required=True, allow_none=True, metadata={"description": "null while a price is missing"}
    )
    currency = fields.String(required=True)
    terms = fields.Nested(OfferTermsOut, required=True)
    message = fields.String(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class OfferRoundOut(RoundOut):
    """A round as it was made."""

    at = fields.AwareDateTime(required=True)
