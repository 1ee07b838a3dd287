"""Fields of contact data, which come in as people and devices write them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from metaia.core.http.fields import Text
from metaia.core.text import emails, phones

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


class Phone(Text):
    """A telephone number that exists, as people write it. Rows keep it as typed and in E.164: `core/text/phones.py`."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {
            "description": "With its country code, or as it is dialled in the service's own country.",
            "example": "+91 98765 43210",
        }
        super().__init__(LONGEST_PHONE, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        given = phones.visible(value[: phones.MAX_LENGTH]) if isinstance(value, str) else value
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
