"""Fields of times of day, in the form of RFC 3339."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields

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
