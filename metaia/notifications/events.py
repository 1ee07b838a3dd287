"""This domain's entries in the catalogue."""

from __future__ import annotations

from metaia.notifications.schemas import NotificationEvent
from metaia.realtime.catalogue import EventType

EVENTS = (
    EventType(
        "notification.created", "new_notification", NotificationEvent, "Somebody was notified.", "its user"
    ),
)
