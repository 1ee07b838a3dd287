"""The notification about an address that messages do not reach. It is shown in the app only."""

from __future__ import annotations

from metaia.notifications.registry import IN_APP, SECURITY, NotificationType

UNREACHABLE = NotificationType(
    "address_unreachable", SECURITY, (IN_APP,), sample={"channel": "email", "reason": "permanent_bounce"}
)
