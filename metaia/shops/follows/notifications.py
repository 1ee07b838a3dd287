"""The notification type about followers; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import IN_APP, PUSH, NotificationType

FOLLOWED = "new_follower"
NOTIFICATION_TYPES = (
    NotificationType(
        FOLLOWED, "follower", (IN_APP, PUSH), may_wait=True, throttle=(3, 3600), sample={"firstName": "Priya"}
    ),
)
