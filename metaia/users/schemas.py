"""The user as clients send and receive it."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.access.actor import ROLES
from metaia.core.errors import Invalid, declare
from metaia.core.http.contact_fields import DeviceLocale, Phone, PhoneE164, TimeZone
from metaia.core.http.fields import Id, Schema, Text, Version

declare(
    {
        "email_taken": "An account with this e-mail address exists.",
        "last_super_admin": "This is the last super admin: create another one first.",
    }
)


NEW_PICTURE = validate.And(validate.URL(schemes={"https"}), validate.Length(max=500))


def require_new_picture(address: str | None) -> None:
    """Raise Invalid unless a profile picture can be at `address`; None is no picture."""
    try:
        if address is not None:
            NEW_PICTURE(address)
    except ValidationError as error:
        raise Invalid(details={"avatar": error.messages}) from None


class Profile(Schema):
    """The parts of their user that users can change."""

    name = Text(120)
    phone = Phone(allow_none=True)
    avatar = fields.Url(
        schemes={"http", "https"},
        require_tld=False,
        allow_none=True,
        validate=validate.Length(max=2000),
        metadata={
            "description": "an https address of 500 characters at most, or the current `avatar` unchanged"
        },
    )
    locale = DeviceLocale()
    time_zone = TimeZone()
    avatar_media_id = Id(
        allow_none=True,
        metadata={"description": "a picture of yours in the folder `profile`; `avatar` becomes its address"},
    )
    expected_version = Version(load_default=None)

    @validates_schema
    def one_avatar(self, data: dict[str, Any], **_: Any) -> None:
        """The picture is an uploaded one, or one at another address."""
        if "avatar" in data and "avatar_media_id" in data:
            raise ValidationError("Give either avatar or avatarMediaId.", "avatar")


class UserOut(Schema):
    """A user, as shown to that user."""

    id = fields.UUID(required=True)
    email = fields.Email(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    phone_e164 = PhoneE164()
    role = fields.String(required=True, validate=validate.OneOf(sorted(ROLES)))
    avatar = fields.String(required=True, allow_none=True)
    locale = fields.String(required=True)
    time_zone = fields.String(required=True)
    email_verified = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
