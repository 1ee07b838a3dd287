"""Base of all schemas: camelCase out, either case in, unknown keys refused, only text that PostgreSQL can keep."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, ValidationError, fields, pre_load, validate
from marshmallow import Schema as MarshmallowSchema

_UNDERSCORE = re.compile(r"_([a-z0-9])")


def camel(name: str) -> str:
    """Return `estimated_time` as `estimatedTime`."""
    return _UNDERSCORE.sub(lambda match: match[1].upper(), name)


class Schema(MarshmallowSchema):
    """Fields are declared in snake_case; clients see camelCase."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.data_key = camel(field_obj.data_key or field_name)

    @pre_load
    def either_case(self, data: Any, **_: Any) -> Any:
        """Accept snake_case keys too; the same key in both cases is a mistake of the client's."""
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
    """Printable characters, trimmed, at most `longest`.

    Control characters are refused (NUL would be a database error); `lines` allows line breaks and tabs.
    """

    def __init__(self, longest: int = 200, *, shortest: int = 1, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=shortest, max=longest), **kwargs)
        self.forbidden = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]" if lines else r"[\x00-\x1f\x7f]")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if self.forbidden.search(text):
            raise ValidationError("Control characters are not allowed.")
        return text.strip()


class Id(fields.UUID):
    """An id, given on as a string."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return str(super()._deserialize(value, attr, data, **kwargs))


class Moment(fields.AwareDateTime):
    """A time with its zone, given on in UTC; of no year in which arithmetic with it could overflow."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not 1970 < moment.year < 2200:
            raise ValidationError("Must be after 1970 and before 2200.")
        return moment.astimezone(UTC)


class Amount(fields.Decimal):
    """An amount of money in major units. The currency says how many decimals it may have."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return None if value is None else float(value)  # JSON has no decimals; this is for the document only


class Version(fields.Integer):
    """`expectedVersion`: the version of the row that the client has seen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            strict=True,
            validate=validate.Range(min=1, max=2**31 - 1),
            metadata={
                "description": "the version you have seen; a newer one is 409 (If-Match does the same)"
            },
            **kwargs,
        )


class MoneyOut(fields.Float):
    """An amount in an answer: major units of the `currency` beside it; rows keep minor units."""
