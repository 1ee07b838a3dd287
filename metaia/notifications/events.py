"""This domain's entries in the catalogue."""

from __future__ import annotations

from metaia.notifications.schemas import NotificationEvent, UnreadEvent
from metaia.realtime.catalogue import EventType

EVENTS = (
    EventType(
        "notification.created", "new_notification", NotificationEvent, "Somebody was notified.", "its user"
    ),
    EventType(
        "notification.unread",
        "notifications:unread",
        UnreadEvent,
        "Somebody has read or deleted notifications.",
        "its user",
    ),
)
