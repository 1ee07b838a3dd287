"""Notification types about payments; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

_SAMPLE = {
    "paymentId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "orderId": "01a1f86b-752e-753f-ab3a-936f1e472419",
    "amount": 1999,
    "currency": "INR",
}
_MAILBOX = (IN_APP, EMAIL, PUSH)

NOTIFICATION_TYPES = tuple(
    NotificationType(name, "payment", _MAILBOX, sample=_SAMPLE)
    for name in ("payment_received", "payment_failed", "payment_late")
)
