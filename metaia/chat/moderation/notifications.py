"""Notification types of moderation; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, SECURITY, NotificationType

WARNED = "chat_warned"
NOTIFICATION_TYPES = (
    NotificationType(WARNED, SECURITY, (IN_APP, EMAIL), sample={"note": "Please stay polite."}),
)
