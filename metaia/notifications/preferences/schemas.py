"""Schemas of notification preferences."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Schema, Version
from metaia.core.http.views import envelope
from metaia.core.json import Json
from metaia.notifications.registry import EXTERNAL_CHANNELS, SECURITY, categories

CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
MAX_QUIET = timedelta(hours=20)  # with more, a day on which the clock changes could have no hour left


class ClockTime(fields.String):
    """A local time such as `22:00`."""

    def __init__(self) -> None:
        super().__init__(required=True, metadata={"pattern": f"^{CLOCK}$"})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(CLOCK, text):
            raise ValidationError("Must be a time such as 22:00.")
        return time.fromisoformat(text)


QuietHours = Schema.from_dict({"from": ClockTime(), "until": ClockTime()}, name="QuietHours")
_category = fields.String(validate=validate.Length(max=30))
_categories = validate.Length(max=50)
_channel = fields.String(validate=validate.OneOf(EXTERNAL_CHANNELS))
_interval = fields.String(validate=validate.OneOf(["hourly", "daily"]), allow_none=True)


class ChangePreferences(Schema):
    """Omitted fields, and omitted categories in `off` and `digest`, stay unchanged.

    An empty list or null restores the default.
    """

    muted = fields.Boolean()
    off = fields.Dict(
        keys=_category,
        values=fields.List(_channel, validate=validate.Length(max=len(EXTERNAL_CHANNELS))),
        validate=_categories,
    )
    digest = fields.Dict(keys=_category, values=_interval, validate=_categories)
    quiet_hours = fields.Nested(QuietHours, allow_none=True)
    expected_version = Version(load_default=None)

    @validates_schema
    def is_available(self, data: Json, **_: Any) -> None:
        """Refuse choices that are not available or would have no effect."""
        known = categories()
        for name, channels in data.get("off", {}).items():
            _require_optional(name, "off")
            others = set(channels) - set(known[name].channels)
            if others:
                raise ValidationError({"off": {name: [f"Is not sent by {', '.join(sorted(others))}."]}})
        for name, interval in data.get("digest", {}).items():
            _require_optional(name, "digest")
            if interval and not known[name].may_wait:
                raise ValidationError({"digest": {name: ["This category has no digest."]}})
        if data.get("quiet_hours"):
            _require_quiet_hours(data["quiet_hours"]["from"], data["quiet_hours"]["until"])


def _require_optional(name: str, field: str) -> None:
    known = categories().get(name)
    if known is None or known.required:
        message = "This category cannot be turned off." if name == SECURITY else "There is no such category."
        raise ValidationError({field: {name: [message]}})


def _require_quiet_hours(start: time, end: time) -> None:
    length = timedelta(minutes=_minutes(end) - _minutes(start)) % timedelta(days=1)
    if not length or length > MAX_QUIET:
        hours = int(MAX_QUIET.total_seconds() // 3600)
        raise ValidationError(
            {"quietHours": [f"Must last at most {hours} hours; use `muted` to get nothing."]}
        )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


class Choice(Schema):
    name = fields.String(required=True)
    title = fields.String(required=True)
    meaning = fields.String(required=True)


class CategoryOut(Choice):
    """A category. Users cannot turn off a `required` one; a digest is available if `mayWait`."""

    channels = fields.List(_channel, required=True)
    may_wait = fields.Boolean(required=True)
    required = fields.Boolean(required=True)


class PreferencesOut(Schema):
    """The preferences of a user and the available choices. Quiet hours are local times in `timeZone`."""

    muted = fields.Boolean(required=True)
    off = fields.Dict(keys=_category, values=fields.List(_channel), required=True)
    digest = fields.Dict(keys=_category, values=_interval, required=True)
    quiet_hours = fields.Nested(QuietHours, required=True, allow_none=True)
    time_zone = fields.String(required=True)
    version = fields.Integer(required=True)
    categories = fields.List(fields.Nested(CategoryOut), required=True)
    channels = fields.List(fields.Nested(Choice), required=True)


One = envelope("OnePreferences", preferences=fields.Nested(PreferencesOut, required=True))
