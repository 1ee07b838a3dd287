"""The notification type of statements; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

READY = "statement_ready"
NOTIFICATION_TYPES = (
    NotificationType(
        READY,
        "finance",
        (IN_APP, EMAIL, PUSH),
        may_wait=True,
        sample={"period": "2026-11", "currency": "INR"},
    ),
)
