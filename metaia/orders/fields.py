"""Fields in the bodies of orders."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.contact_fields import PhoneE164
from metaia.core.http.fields import Amount, Id, Integer, MoneyOut, Schema, Text
from metaia.offers.fields import ContactIn

_MINUTES, _TIME_TEXT = Integer(validate=validate.Range(min=1, max=60 * 24 * 30)), Text(100)
MAX_PICTURES = 5  # of one item


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


class ItemIn(Schema):
    name = Text(200)
    menu_name = Text(200)
    menu_id = Ignored()
    notes = Text(200, lines=True, allow_none=True)
    quantity = Integer(required=True, validate=validate.Range(min=1, max=10_000))
    media_ids = fields.List(
        Id(),
        validate=validate.Length(max=MAX_PICTURES),
        metadata={"description": "pictures of yours that show what you want; the order's parties see them"},
    )
    price = Amount(required=True, validate=validate.Range(min=0, max=10**11))

    @validates_schema
    def one_name(self, data: dict[str, Any], **_: Any) -> None:
        """Two of the apps send `name`, one sends `menuName`."""
        if ("name" in data) == ("menu_name" in data):
            raise ValidationError("Give either name or menuName.", "name")


class CustomerInfoIn(ContactIn):
    email = Ignored(254)


class ItemOut(Schema):
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
