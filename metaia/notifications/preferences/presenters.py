"""Preferences as JSON."""

from __future__ import annotations

from metaia.core.json import Json
from metaia.notifications.content import templates
from metaia.notifications.preferences.policy import Preferences
from metaia.notifications.registry import EXTERNAL_CHANNELS, categories


def preferences(own: Preferences, version: int, locale: str) -> Json:
    """Return preferences and the available choices as PreferencesOut describes them, with texts in `locale`."""
    available = [
        _choice("category", category.name, locale)
        | {
            "channels": list(category.channels),
            "mayWait": category.may_wait,
            "required": category.required,
        }
        for category in categories().values()
    ]
    return chosen(own) | {
        "timeZone": own.zone.key,
        "version": version,
        "categories": available,
        "channels": [_choice("channel", channel, locale) for channel in EXTERNAL_CHANNELS],
    }


def chosen(own: Preferences) -> Json:
    """Return what a user can change: the preferences without the available choices."""
    quiet = own.quiet and {"from": f"{own.quiet[0]:%H:%M}", "until": f"{own.quiet[1]:%H:%M}"}
    return {"muted": own.muted, "off": own.off, "digest": own.digest, "quietHours": quiet}


def _choice(kind: str, name: str, locale: str) -> Json:
    text = templates.render(f"{kind}_{name}", locale, {})
    return {"name": name, "title": text.title, "meaning": text.message}
