"""Notification types of couriers; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

STILL_INVITED = "fleet_invitation"  # key of the check, which routes.py registers
NOTIFICATION_TYPES = (
    NotificationType(
        "fleet_invitation",
        "courier",
        (IN_APP, EMAIL, PUSH),
        throttle=(10, 86_400),
        still_true=STILL_INVITED,
        sample={"partnerId": "01a1f86b-752e-753f-ab3a-936f1e472418", "name": "Tailor Rao"},
    ),
)
