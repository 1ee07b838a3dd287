"""Notification types of deliveries; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

STILL_TRUE = "delivery"  # key of the check in publish.py, which routes.py registers
_OFFER = {
    "deliveryId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "name": "Tailor Rao",
    "wantedAt": "2026-11-28T12:00:00.000000Z",
}
_ORDER = {
    "orderId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "deliveryId": "01a1f86b-752e-753f-ab3a-936f1e472419",
    "orderNumber": "M1042",
    "wantedAt": "2026-11-28T12:00:00.000000Z",
}
NOTIFICATION_TYPES = (
    NotificationType("delivery_offer", "courier", (PUSH,), urgent=True, still_true=STILL_TRUE, sample=_OFFER),
    NotificationType(
        "delivery_unclaimed",
        "courier",
        (IN_APP, EMAIL, PUSH),
        urgent=True,
        still_true=STILL_TRUE,
        sample=_ORDER,
    ),
)
