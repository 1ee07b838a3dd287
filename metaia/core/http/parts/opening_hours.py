"""Opening hours in bodies: times of day in the form of RFC 3339, the pairs of a date, a week."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core import opening_hours as hours
from metaia.core.http.fields import Schema

MAX_PAIRS = 8  # of one day
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"


class ClockTime(fields.String):
    """A time of day, `09:30`, as clocks show it; with `end_of_day` also `24:00`."""

    longest = 5  # characters

    def __init__(self, *, end_of_day: bool = False, **kwargs: Any) -> None:
        pattern = f"{_CLOCK}|24:00" if end_of_day else _CLOCK
        super().__init__(metadata={"pattern": f"^(?:{pattern})$"}, **kwargs)
        self._pattern = re.compile(pattern)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self._pattern.fullmatch(text):
            raise ValidationError("Must be a time of day as 09:30.")
        return text


OpenHours = Schema.from_dict(
    {"from": ClockTime(required=True), "to": ClockTime(end_of_day=True, required=True)}, name="OpenHours"
)


def pairs(**kwargs: Any) -> fields.List[Any]:
    """Return the field of the hours of one date."""
    return fields.List(fields.Nested(OpenHours), validate=validate.Length(max=MAX_PAIRS), **kwargs)


def require_apart(spans: list[dict[str, str]], field: str) -> None:
    """Raise ValidationError if a pair is empty, or overlaps another one of the same date."""
    if any(each["from"] == each["to"] for each in spans):
        raise ValidationError("Closes when it opens: use 00:00 to 24:00 for a whole day.", field)
    if hours.overlap(hours.pairs(spans)):
        raise ValidationError("Two pairs overlap.", field)


class Week(Schema):
    """The hours of each weekday; a day without hours is closed."""

    mon = pairs(load_default=list)
    tue = pairs(load_default=list)
    wed = pairs(load_default=list)
    thu = pairs(load_default=list)
    fri = pairs(load_default=list)
    sat = pairs(load_default=list)
    sun = pairs(load_default=list)

    @validates_schema
    def apart(self, data: dict[str, Any], **_: Any) -> None:
        """Pairs do not overlap, also not those of the evening before."""
        for day in hours.WEEKDAYS:
            require_apart(data[day], day)
        for index in hours.overlapping(hours.week(data)):
            raise ValidationError("Overlaps the hours of the evening before.", hours.WEEKDAYS[index])
