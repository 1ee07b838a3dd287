"""The fields of new and of known passwords, for the schemas of bodies."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from metaia.auth.passwords import policy
from metaia.core.text import forms

MAX_TYPED = (
    4 * policy.MAX_LENGTH
)  # characters: a letter may be sent with its accents as characters of their own
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class NewPassword(fields.String):
    """A password to be set, loaded in the form of RFC 8265. `policy.require_good` checks how easy it is to guess."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            load_only=True,
            validate=validate.Length(min=policy.MIN_LENGTH, max=policy.MAX_LENGTH),
            metadata={"examples": ["correct horse battery staple"]},
            **kwargs,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _CONTROL.search(text):
            raise ValidationError("Control characters are not allowed.")
        return forms.opaque(text)


class KnownPassword(fields.String):
    """The password of an account, as it was typed. `policy.matching_form` tries its Unicode forms."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(load_only=True, validate=validate.Length(max=MAX_TYPED), **kwargs)
