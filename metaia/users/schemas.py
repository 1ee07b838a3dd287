"""The user as clients send and receive it."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from marshmallow import ValidationError, fields, validate

from metaia.core.access.actor import ROLES
from metaia.core.errors import declare
from metaia.core.http.contact_fields import Phone, PhoneE164
from metaia.core.http.fields import Schema, Text, Version

LONGEST_LOCALE = 20
# Read at import, because it reads many files. "localtime" is the server's own time zone.
ZONES = available_timezones() - {"localtime", "Factory"}
declare(
    {
        "email_taken": "An account with this e-mail address exists.",
        "last_super_admin": "This is the last super admin: create another one first.",
    }
)


class Language(fields.String):
    """A BCP 47 language tag that CLDR knows, such as `en`, `pt-BR` or `zh-Hant`, stored in its canonical spelling."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            found = str(Locale.parse(text[: LONGEST_LOCALE + 1], sep="-")).replace("_", "-")
        except (ValueError, UnknownLocaleError):
            found = ""
        if not found or max(len(text), len(found)) > LONGEST_LOCALE:
            raise ValidationError("Not a language tag that we know.")
        return found


def _require_zone(name: str) -> None:
    if name not in ZONES:
        raise ValidationError("Not a time zone of IANA, such as Asia/Kolkata.")


class Profile(Schema):
    """The parts of their user that users can change."""

    name = Text(120)
    phone = Phone(allow_none=True)
    avatar = fields.Url(schemes={"https"}, allow_none=True, validate=validate.Length(max=500))
    locale = Language()
    time_zone = fields.String(validate=_require_zone)
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
