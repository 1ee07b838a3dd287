"""Fields in the bodies of orders."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.contact_fields import PhoneE164
from metaia.core.http.fields import Amount, Id, Integer, MoneyOut, Schema, Text
from metaia.offers.fields import ContactIn
from metaia.orders.charges.schemas import CatalogueItemOut
from metaia.shops.addresses.schemas import CoordinatesIn

_MINUTES, _TIME_TEXT = Integer(validate=validate.Range(min=1, max=60 * 24 * 30)), Text(100)
MAX_PICTURES = 5  # of one item
MAX_MODIFIERS = 100  # of one item


class Estimate(fields.Field[Any]):
    """Minutes as a number, or a time as text: the apps send both. Answers repeat it unchanged."""

    longest = 100  # characters

    def __init__(self, **kwargs: Any) -> None:
        limits = {"minimum": 1, "maximum": 60 * 24 * 30, "minLength": 1, "maxLength": self.longest}
        super().__init__(metadata={"type": ["integer", "string"], **limits}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _MINUTES.deserialize(value)
        if isinstance(value, str):
            return _TIME_TEXT.deserialize(value)
        raise ValidationError("Minutes as a whole number, or a time as text of at most 100 characters.")


class Ignored(fields.Field[Any]):
    """A value that some apps send and the server does not use: a short text or a number."""

    def __init__(self, longest: int = 100) -> None:
        self.longest = longest
        kinds = ({"type": "string", "maxLength": longest}, {"type": "number"}, {"type": "null"})
        super().__init__(allow_none=True, metadata={"anyOf": kinds, "description": "accepted and not used"})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        text = isinstance(value, str) and len(value) <= self.longest
        if not text and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise ValidationError(f"A text of at most {self.longest} characters, or a number.")
        return value


class OrderModifierIn(Schema):
    """What is chosen of a modifier group: an option, a text or a measurement."""

    group_id = Id(required=True)
    option_id = Id()
    quantity = Integer(validate=validate.Range(min=1, max=100), metadata={"description": "of the option"})
    text = Text(500, lines=True)
    value = Amount(validate=validate.Range(min=0, max=10_000), metadata={"description": "of a measurement"})
    unit = fields.String(validate=validate.OneOf(("cm", "in")))

    @validates_schema
    def one_choice(self, data: dict[str, Any], **_: Any) -> None:
        """A choice is of one kind."""
        if sum(name in data for name in ("option_id", "text", "value")) != 1:
            raise ValidationError("Give either optionId, text or value.", "optionId")


class ItemIn(Schema):
    name = Text(200)
    menu_name = Text(200)
    menu_id = Ignored()
    product_id = Id(metadata={"description": "of the catalogue: names and prices are those of the shop"})
    variant_id = Id(metadata={"description": "without it: the first variant"})
    modifiers = fields.List(fields.Nested(OrderModifierIn), validate=validate.Length(max=MAX_MODIFIERS))
    notes = Text(200, lines=True, allow_none=True)
    note = Text(200, lines=True, allow_none=True, metadata={"description": "another name of notes"})
    quantity = Integer(required=True, validate=validate.Range(min=1, max=10_000))
    media_ids = fields.List(
        Id(),
        validate=validate.Length(max=MAX_PICTURES),
        metadata={"description": "pictures of yours that show what you want; the order's parties see them"},
    )
    price = Amount(
        validate=validate.Range(min=0, max=10**11),
        metadata={
            "description": "required without productId; with it, what the app has shown: 409 `price_changed` if the "
            "shop's price is another one"
        },
    )

    @validates_schema
    def one_name(self, data: dict[str, Any], **_: Any) -> None:
        """Two of the apps send `name`, one sends `menuName`; an item of the catalogue has the name of its product."""
        if "product_id" in data:
            return
        if "price" not in data:
            raise ValidationError("Missing data for required field.", "price")
        if data.keys() & {"variant_id", "modifiers"}:
            raise ValidationError("Required with variantId and modifiers.", "product_id")
        if ("name" in data) == ("menu_name" in data):
            raise ValidationError("Give either name or menuName.", "name")


class CustomerInfoIn(ContactIn):
    email = Ignored(254)


class OrderDestinationIn(CoordinatesIn):
    """Where a delivery goes. Shops that deliver by distance or area need the coordinates."""

    address = Text(500, lines=True, required=True)
    city = Text(120, metadata={"description": "couriers see it before they claim"})
    postal_code = Text(16, metadata={"description": "for shops that deliver by postal codes"})
    instructions = Text(500, lines=True, allow_none=True)
    leave_at_door = fields.Boolean()


class ItemOut(CatalogueItemOut):
    id = fields.String(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price = MoneyOut(required=True)
    unit = fields.String(metadata={"description": "only if the offer that was accepted has one"})
    notes = fields.String(metadata={"description": "only if the customer has written some"})
    media_ids = fields.List(
        fields.UUID(),
        metadata={"description": "only if the customer has added pictures: `GET /api/upload/{id}`"},
    )


class CustomerInfoOut(Schema):
    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    phone_e164 = PhoneE164()
    address = fields.String(required=True, allow_none=True)
