"""What people are told about orders; the words are in `words/`."""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, SMS, Notice

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


def _notice(name: str, channels: tuple[str, ...], **options: Any) -> Notice:
    return Notice(name, "order", channels, actions=_OPEN, sample=_SAMPLE, **options)


NOTICES = (
    _notice("order_placed", _MAILBOX, may_wait=True),
    _notice("order_new", _MAILBOX, urgent=True, fallback=(SMS, 120)),  # an order nobody accepts is cancelled
    _notice("order_accepted", _MAILBOX),
    _notice("order_rejected", _MAILBOX),
    _notice("order_preparing", _SCREENS, may_wait=True),
    _notice("order_ready", _EVERYWHERE),
    _notice("order_pickup", _SCREENS, urgent=True),
    _notice("order_courier", _SCREENS, may_wait=True),
    _notice("order_assigned", _MAILBOX, urgent=True),
    _notice("order_unassigned", _MAILBOX, urgent=True),
    _notice("order_dispatched", _SCREENS),
    _notice("order_delivered", _EVERYWHERE),
    _notice("order_completed", _SCREENS, may_wait=True),
    _notice("order_cancelled", _MAILBOX),
    _notice("order_expired", _MAILBOX),
)
