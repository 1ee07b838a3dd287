"""Notification types about what admins decide on profiles; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

CATEGORY = "shop"
# By action of an admin.
TYPES = {
    "approve": "profile_approved",
    "return": "profile_returned",
    "hide": "profile_hidden",
    "show": "profile_shown",
}
_SAMPLE = {"businessName": "Tailor Rao", "reason": "The address is missing."}
NOTIFICATION_TYPES = tuple(
    NotificationType(name, CATEGORY, (IN_APP, EMAIL, PUSH), sample=_SAMPLE) for name in TYPES.values()
)
