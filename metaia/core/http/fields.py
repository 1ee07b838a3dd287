"""The base of all schemas, and common fields. Keys are camelCase; unknown keys are refused."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, ValidationError, fields, pre_load, validate
from marshmallow import Schema as MarshmallowSchema

from metaia.core import money
from metaia.core.text import content, forms

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WHOLE = re.compile(r"(-?[0-9]{1,15})(?:\.0{1,15})?")
_DECIMAL = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
TOLERANCE = Decimal("1e-9")  # of amounts, in major units
_SMALLEST = Decimal("0.001")  # no currency has more decimals
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNDERSCORE = re.compile(r"_([a-z0-9])")


def camel(name: str) -> str:
    """Return `estimated_time` as `estimatedTime`."""
    return _UNDERSCORE.sub(lambda match: match[1].upper(), name)


class Schema(MarshmallowSchema):
    """Fields are declared in snake_case; their keys in JSON are camelCase."""

    class Meta:
        unknown = RAISE

    def __init__(self, **kwargs: Any) -> None:
        self._lengths: dict[str, validate.Length] = {}  # of lists, by key
        super().__init__(**kwargs)

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.data_key = camel(field_obj.data_key or field_name)
        if isinstance(field_obj, fields.List):
            for limit in field_obj.validators:
                if isinstance(limit, validate.Length):
                    self._lengths[field_obj.data_key] = limit

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
            if name in self._lengths and isinstance(value, list):
                self._require_length(name, value)
            result[name] = value
        return result

    def _require_length(self, name: str, value: list[Any]) -> None:
        """Refuse a list that is too long before its elements are loaded: those of a megabyte would take seconds."""
        try:
            self._lengths[name](value)
        except ValidationError as error:
            raise ValidationError(error.messages, name) from None


class Text(fields.String):
    """Trimmed text of `shortest` to `longest` characters, in NFC, of which one is visible (`core/text/content.py`).

    Control characters are refused (PostgreSQL cannot store NUL); `lines` allows line breaks and tabs.
    """

    def __init__(self, longest: int = 200, *, shortest: int = 1, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=shortest, max=longest), **kwargs)
        self.lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        text = content.with_line_feeds(text) if self.lines else text
        problem = content.problem(text, lines=self.lines)
        if problem is not None:
            raise ValidationError(problem)
        return content.trimmed(forms.composed(text))


class Id(fields.UUID):
    """A UUID in its usual form, in either case, loaded as a string in lower case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        # `uuid.UUID` reads other forms too, and digits of other scripts.
        if isinstance(value, str) and not _UUID.fullmatch(value):
            raise self.make_error("invalid_uuid")
        return str(super()._deserialize(value, attr, data, **kwargs))


class Moment(fields.AwareDateTime):
    """A time with its zone, loaded in UTC. The years 1971 to 2199 only, so that arithmetic cannot overflow."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not 1970 < moment.year < 2200:
            raise ValidationError("Must be after 1970 and before 2200.")
        return moment.astimezone(UTC)


class Day(fields.Date):
    """A local date, `2026-10-01`. The years 1971 to 2199 only, so that arithmetic cannot overflow."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)  # as weeks, or other digits
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if not 1970 < day.year < 2200:
            raise ValidationError("Must be after 1970 and before 2200.")
        return day


class Integer(fields.Integer):
    """An integer as JSON Schema defines it, so `2.0` is one: Dart, Kotlin and Swift send doubles.

    Queries, and some apps in bodies, send text; it must be a decimal of ASCII digits.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        whole = value
        if isinstance(value, str):
            match = _WHOLE.fullmatch(value)
            whole = int(match[1]) if match else None
        elif isinstance(value, float):
            whole = int(value) if value.is_integer() else None
        if not isinstance(whole, int):
            raise self.make_error("invalid")
        return super()._deserialize(whole, attr, data, **kwargs)


class Float(fields.Float):
    """A number; as text, in queries, a decimal of ASCII digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and not _DECIMAL.fullmatch(value):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class Amount(fields.Decimal):
    """An amount of money in major units, as a number or as a decimal of ASCII digits.

    Clients compute with binary floats, so an amount that is off by less than TOLERANCE, or by a few units in the last
    place of the float, is rounded. The currency limits the number of decimals (`core/money.py:to_minor`).
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and not _DECIMAL.fullmatch(value):
            raise self.make_error("invalid")
        given = super()._deserialize(value, attr, data, **kwargs)
        if abs(given) > money.MAX_MINOR:
            return given  # too large for every schema; rounding it would need too many digits
        rounded = given.quantize(_SMALLEST)
        tolerance = max(TOLERANCE, Decimal(4 * math.ulp(given)))
        return (rounded + 0) if abs(given - rounded) < tolerance else given  # + 0: no negative zero

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return (
            None if value is None else float(value)
        )  # JSON has no decimals; used only in the OpenAPI document


class Currency(fields.String):
    """An ISO 4217 code in capitals."""

    longest = 3  # characters

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(value, attr, data, **kwargs)
        if code not in money.currencies():
            raise ValidationError("Must be an ISO 4217 code in capitals.")
        return code


class Version(Integer):
    """`expectedVersion`: the version of the row that the client has read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validate=validate.Range(min=1, max=2**31 - 1),
            metadata={
                "description": "the version that you read; if it has changed, the answer is 409. Same as If-Match"
            },
            **kwargs,
        )


class MoneyOut(fields.Float):
    """An amount in an answer, in major units of the row's `currency`; rows store minor units."""
