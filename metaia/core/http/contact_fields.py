"""Fields of contact data, which come in as people and devices write them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, missing, validate

from metaia.core.http.fields import Text
from metaia.core.text import emails, languages, phones, zones

LONGEST_EMAIL = 254  # RFC 5321
LONGEST_PHONE = 64  # characters as typed, with separators and an extension


class Email(fields.String):
    """An e-mail address that mail can reach, loaded in its canonical form (`core/text/emails.py`)."""

    def __init__(self) -> None:
        longest = validate.Length(max=LONGEST_EMAIL)
        super().__init__(required=True, validate=longest, metadata={"format": "email"})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return emails.canonical(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class TypedEmail(Text):
    """An e-mail address as typed, at a login: accounts of former releases may have what is no address today."""

    def __init__(self) -> None:
        super().__init__(LONGEST_EMAIL, required=True)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        given = emails.cleaned(value[: emails.MAX_LENGTH]) if isinstance(value, str) else value
        return super()._deserialize(given, attr, data, **kwargs)


class Phone(Text):
    """A telephone number that exists, as people write it. Rows keep it as typed and in E.164: `core/text/phones.py`."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {
            "description": "With its country code, or as it is dialled in the service's own country.",
            "example": "+91 98765 43210",
        }
        super().__init__(LONGEST_PHONE, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        given = phones.visible(value) if isinstance(value, str) else value
        text = super()._deserialize(given, attr, data, **kwargs)
        if phones.canonical(text) is None:
            raise ValidationError(
                "Not a telephone number: write it with its country code, as in +91 98765 43210."
            )
        return text


class PhoneE164(fields.String):
    """A telephone number in an answer, in E.164; null if there is none, or if what was typed is no number."""

    def __init__(self) -> None:
        super().__init__(required=True, allow_none=True, metadata={"example": "+919876543210"})


class Language(fields.String):
    """A language that CLDR knows, in the notation of any platform, loaded as its BCP 47 tag."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = languages.nearest(super()._deserialize(value, attr, data, **kwargs))
        if found is None:
            raise ValidationError("Not a language tag that we know.")
        return found


class DeviceLocale(fields.String):
    """The locale of a device, loaded as the nearest language that CLDR knows; an unknown one changes nothing.

    No other part of a profile is refused because of what an operating system calls its language.
    """

    def __init__(self) -> None:
        text = "BCP 47, or as Android, iOS and Flutter write it: answers show the nearest language that is known."
        super().__init__(allow_none=True, metadata={"description": text, "example": "hi-IN"})

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the tag, `missing` for a language that is not known. Raises ValidationError for what is no text."""
        text = super().deserialize(value, *args, **kwargs)
        return languages.nearest(text) or missing if isinstance(text, str) else missing


class TimeZone(fields.String):
    """A time zone of IANA in any case, or as Windows calls it, loaded with its name at IANA."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = zones.named(super()._deserialize(value, attr, data, **kwargs))
        if found is None:
            raise ValidationError("Not a time zone of IANA, such as Asia/Kolkata.")
        return found
