"""Notification types about endpoints; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

FAILING, DISABLED = "endpoint_failing", "endpoint_disabled"
_SAMPLE = {
    "endpointId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "host": "example.com",
    "error": "status 500",
    "reason": "failing",
}
NOTIFICATION_TYPES = tuple(
    NotificationType(name, "webhook_endpoint", (IN_APP, EMAIL, PUSH), sample=_SAMPLE)
    for name in (FAILING, DISABLED)
)
