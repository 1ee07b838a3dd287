"""Notification types about orders; the texts are in `templates/`."""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, SMS, NotificationType

STILL_TRUE = "order"  # key of the check in recipients.py, which routes.py registers
_OPEN = ("open_order",)
_SAMPLE = {
    "orderId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "orderNumber": "M1042",
    "status": "accepted",
    "note": "Two days, please.",
}
_SCREENS = (IN_APP, PUSH)
_MAILBOX = (IN_APP, EMAIL, PUSH)
_EVERYWHERE = (IN_APP, EMAIL, SMS, PUSH)


def _type(name: str, channels: tuple[str, ...], **options: Any) -> NotificationType:
    return NotificationType(
        name, "order", channels, actions=_OPEN, sample=_SAMPLE, still_true=STILL_TRUE, **options
    )


NOTIFICATION_TYPES = (
    _type("order_placed", _MAILBOX, may_wait=True),
    _type("order_new", _MAILBOX, urgent=True, fallback=(SMS, 120)),  # an order nobody accepts is cancelled
    _type("order_accepted", _MAILBOX),
    _type("order_rejected", _MAILBOX),
    _type("order_preparing", _SCREENS, may_wait=True),
    _type("order_ready", _EVERYWHERE),
    _type("order_pickup", _SCREENS, urgent=True),
    _type("order_courier", _SCREENS, may_wait=True),
    _type("order_assigned", _MAILBOX, urgent=True),
    _type("order_unassigned", _MAILBOX, urgent=True),
    _type("order_dispatched", _SCREENS),
    _type("order_delivered", _EVERYWHERE),
    _type("order_completed", _SCREENS, may_wait=True),
    _type("order_cancelled", _MAILBOX),
    _type("order_expired", _MAILBOX),
    _type("courier_lost", _MAILBOX, urgent=True),
    _type("delivery_problem", _MAILBOX, urgent=True),
)
