"""Notification types about disputes; the texts are in the `templates/` of payments."""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

OPENED, DECIDED = "dispute_opened", "dispute_decided"
_SAMPLE: dict[str, Any] = {
    "disputeId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "paymentId": "01a1f86b-752e-753f-ab3a-936f1e472419",
    "orderId": "01a1f86b-752e-753f-ab3a-936f1e472420",
    "status": "won",
    "amount": "12.50 INR",
}


def _type(name: str) -> NotificationType:
    return NotificationType(name, "payment", (IN_APP, EMAIL, PUSH), sample=_SAMPLE)


NOTIFICATION_TYPES = tuple(map(_type, (OPENED, DECIDED)))
