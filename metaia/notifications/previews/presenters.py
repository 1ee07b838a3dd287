"""Notification types and their sample messages as JSON."""

from __future__ import annotations

from metaia.core.json import Json
from metaia.notifications.content import preview
from metaia.notifications.registry import NotificationType


def type_(found: NotificationType) -> Json:
    """Return a notification type, as NotificationTypeOut describes it."""
    return {"name": found.name, "category": found.category, "channels": list(preview.channels(found))}


def previews(found: NotificationType, locale: str) -> list[Json]:
    """Return the sample messages of a type in a language, as PreviewOut describes them."""
    messages = [(channel, preview.parts(found, channel, locale)) for channel in preview.channels(found)]
    return [
        {"channel": channel, "parts": [{"name": name, "text": text} for name, text in parts.items()]}
        for channel, parts in messages
    ]
