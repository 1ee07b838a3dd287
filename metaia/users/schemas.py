"""The user as clients send and receive it."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.access.actor import ROLES
from metaia.core.errors import declare
from metaia.core.http.contact_fields import DeviceLocale, Phone, PhoneE164, TimeZone
from metaia.core.http.fields import Schema, Text, Version

declare(
    {
        "email_taken": "An account with this e-mail address exists.",
        "last_super_admin": "This is the last super admin: create another one first.",
    }
)


class Profile(Schema):
    """The parts of their user that users can change."""

    name = Text(120)
    phone = Phone(allow_none=True)
    avatar = fields.Url(schemes={"https"}, allow_none=True, validate=validate.Length(max=500))
    locale = DeviceLocale()
    time_zone = TimeZone()
    expected_version = Version(load_default=None)


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
