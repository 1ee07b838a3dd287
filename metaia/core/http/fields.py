"""The base of all schemas, and common fields. Keys are camelCase; unknown keys are refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, ValidationError, fields, pre_load, validate
from marshmallow import Schema as MarshmallowSchema

from metaia.core.text import forms

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UNDERSCORE = re.compile(r"_([a-z0-9])")


def camel(name: str) -> str:
    """Return `estimated_time` as `estimatedTime`."""
    return _UNDERSCORE.sub(lambda match: match[1].upper(), name)


class Schema(MarshmallowSchema):
    """Fields are declared in snake_case; their keys in JSON are camelCase."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.data_key = camel(field_obj.data_key or field_name)

    @pre_load
    def either_case(self, data: Any, **_: Any) -> Any:
        """Accept keys in snake_case too. Raises ValidationError for a key that is given in both cases."""
        if not hasattr(data, "items"):
            return data
        result: dict[str, Any] = {}
        for key, value in data.items():
            name = camel(key)
            if name in result:
                raise ValidationError("Given twice, in camelCase and snake_case.", name)
            result[name] = value
        return result


class Text(fields.String):
    """Trimmed text of `shortest` to `longest` characters, in NFC.

    Control characters are refused (PostgreSQL cannot store NUL); `lines` allows line breaks and tabs.
    """

    def __init__(self, longest: int = 200, *, shortest: int = 1, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=shortest, max=longest), **kwargs)
        self.forbidden = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]" if lines else r"[\x00-\x1f\x7f]")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if self.forbidden.search(text):
            raise ValidationError("Control characters are not allowed.")
        return forms.composed(text).strip()


class Id(fields.UUID):
    """A UUID in its usual form, in either case, loaded as a string in lower case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and not _UUID.fullmatch(
            value
        ):  # `uuid.UUID` reads other forms and digits too
            raise self.make_error("invalid_uuid")
        return str(super()._deserialize(value, attr, data, **kwargs))


class Moment(fields.AwareDateTime):
    """A time with its zone, loaded in UTC. The years 1971 to 2199 only, so that arithmetic cannot overflow."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not 1970 < moment.year < 2200:
            raise ValidationError("Must be after 1970 and before 2200.")
        return moment.astimezone(UTC)


class Amount(fields.Decimal):
    """An amount of money in major units. The currency limits the number of decimals (`core/money.py:to_minor`)."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return (
            None if value is None else float(value)
        )  # JSON has no decimals; used only in the OpenAPI document


class Version(fields.Integer):
    """`expectedVersion`: the version of the row that the client has read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            strict=True,
            validate=validate.Range(min=1, max=2**31 - 1),
            metadata={
                "description": "the version that you read; if it has changed, the answer is 409. Same as If-Match"
            },
            **kwargs,
        )


class MoneyOut(fields.Float):
    """An amount in an answer, in major units of the row's `currency`; rows store minor units."""
