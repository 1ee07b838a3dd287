"""Fields in the bodies of orders."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from metaia.core import money
from metaia.core.http.fields import Integer, Text

_MINUTES, _TIME_TEXT = Integer(validate=validate.Range(min=1, max=60 * 24 * 30)), Text(100)


class Estimate(fields.Field[Any]):
    """Minutes as a number, or a time as text: the apps send both. Answers repeat it unchanged."""

    longest = 100  # characters

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _MINUTES.deserialize(value)
        if isinstance(value, str):
            return _TIME_TEXT.deserialize(value)
        raise ValidationError("Minutes as a whole number, or a time as text of at most 100 characters.")


class Currency(fields.String):
    """An ISO 4217 code in capitals."""

    longest = 3  # characters

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(value, attr, data, **kwargs)
        if code not in money.currencies():
            raise ValidationError("Must be an ISO 4217 code in capitals.")
        return code


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
