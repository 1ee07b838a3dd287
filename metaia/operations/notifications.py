"""The notification type of messages from staff to chosen users; the admin writes its text."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

STAFF_MESSAGE = NotificationType(
    "staff_message",
    "staff",
    (IN_APP, EMAIL, PUSH),
    queue="bulk",
    only_verified=True,
    may_wait=True,
    sample={"title": "Your opening hours", "message": "Please check them before the holidays."},
)
