"""What goes in and out about what people want to be told."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Schema, Version
from metaia.core.http.views import envelope
from metaia.notifications.content import templates
from metaia.notifications.preferences.policy import Wishes
from metaia.notifications.registry import CHANNELS, IN_APP, SECURITY, categories

Json = dict[str, Any]
OUTSIDE = tuple(channel for channel in CHANNELS if channel != IN_APP)
LONGEST_QUIET = timedelta(hours=20)  # or a day whose clocks change would have no hour left


class ClockTime(fields.String):
    """`22:00`, as a clock on the wall shows it."""

    def __init__(self) -> None:
        super().__init__(required=True, metadata={"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
            raise ValidationError("Write it as 22:00.")
        return time.fromisoformat(text)


QuietHours = Schema.from_dict({"from": ClockTime(), "until": ClockTime()}, name="QuietHours")
_category = fields.String(validate=validate.Length(max=30))
_channel = fields.String(validate=validate.OneOf(OUTSIDE))
_every = fields.String(validate=validate.OneOf(["hourly", "daily"]), allow_none=True)


class ChangePreferences(Schema):
    """What is left out stays as it is, in `off` and `digest` too; an empty list, or null, takes a choice back."""

    muted = fields.Boolean()
    off = fields.Dict(
        keys=_category, values=fields.List(_channel, validate=validate.Length(max=len(OUTSIDE)))
    )
    digest = fields.Dict(keys=_category, values=_every)
    quiet_hours = fields.Nested(QuietHours, allow_none=True)
    expected_version = Version(load_default=None)

    @validates_schema
    def can_be_chosen(self, data: Json, **_: Any) -> None:
        """Refuse choices that would change nothing, or be no choice."""
        known = categories()
        for name, channels in data.get("off", {}).items():
            _require_optional(name, "off")
            others = set(channels) - set(known[name].channels)
            if others:
                raise ValidationError({"off": {name: [f"Is not sent by {', '.join(sorted(others))}."]}})
        for name, every in data.get("digest", {}).items():
            _require_optional(name, "digest")
            if every and not known[name].may_wait:
                raise ValidationError({"digest": {name: ["None of these may wait."]}})
        if data.get("quiet_hours"):
            _require_sensible(data["quiet_hours"]["from"], data["quiet_hours"]["until"])


def _require_optional(name: str, field: str) -> None:
    known = categories().get(name)
    if known is None or known.required:
        said = "Nobody can turn this off." if name == SECURITY else "There is no such category."
        raise ValidationError({field: {name: [said]}})


def _require_sensible(begin: time, end: time) -> None:
    lasts = timedelta(minutes=_minutes(end) - _minutes(begin)) % timedelta(days=1)
    if not lasts or lasts > LONGEST_QUIET:
        hours = int(LONGEST_QUIET.total_seconds() // 3600)
        raise ValidationError({"quietHours": [f"They may last up to {hours} hours; to hear nothing, mute."]})


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


class Choice(Schema):
    name = fields.String(required=True)
    title = fields.String(required=True)
    meaning = fields.String(required=True)


class CategoryOut(Choice):
    """`required` ones cannot be turned off; of those that `mayWait` there can be a digest."""

    channels = fields.List(_channel, required=True)
    may_wait = fields.Boolean(required=True)
    required = fields.Boolean(required=True)


class PreferencesOut(Schema):
    """What somebody wants, and what there is to choose from. Quiet hours are those of `timeZone`, the user's own."""

    muted = fields.Boolean(required=True)
    off = fields.Dict(keys=_category, values=fields.List(_channel), required=True)
    digest = fields.Dict(keys=_category, values=_every, required=True)
    quiet_hours = fields.Nested(QuietHours, required=True, allow_none=True)
    time_zone = fields.String(required=True)
    version = fields.Integer(required=True)
    categories = fields.List(fields.Nested(CategoryOut), required=True)
    channels = fields.List(fields.Nested(Choice), required=True)


One = envelope("OnePreferences", preferences=fields.Nested(PreferencesOut, required=True))


def present(wishes: Wishes, version: int, locale: str) -> Json:
    """Return them as PreferencesOut describes it, explained in `locale`."""
    offered = [
        _explained("category", category.name, locale)
        | {
            "channels": list(category.channels),
            "mayWait": category.may_wait,
            "required": category.required,
        }
        for category in categories().values()
    ]
    return chosen(wishes) | {
        "timeZone": wishes.zone.key,
        "version": version,
        "categories": offered,
        "channels": [_explained("channel", channel, locale) for channel in OUTSIDE],
    }


def chosen(wishes: Wishes) -> Json:
    """Return what somebody has chosen, without the rest."""
    quiet = wishes.quiet and {"from": f"{wishes.quiet[0]:%H:%M}", "until": f"{wishes.quiet[1]:%H:%M}"}
    return {"muted": wishes.muted, "off": wishes.off, "digest": wishes.digest, "quietHours": quiet}


def _explained(kind: str, name: str, locale: str) -> Json:
    words = templates.words(f"{kind}_{name}", locale, {})
    return {"name": name, "title": words.title, "meaning": words.message}
