"""Events of notifications in the event catalogue."""

from __future__ import annotations

from metaia.notifications.schemas import NotificationEvent, UnreadEvent
from metaia.realtime.catalogue import EventType

EVENTS = (
    EventType(
        "notification.created", "new_notification", NotificationEvent, "A user was notified.", "its user"
    ),
    EventType(
        "notification.unread",
        "notifications:unread",
        UnreadEvent,
        "A user has read or deleted notifications.",
        "its user",
    ),
)
