"""Notification types about offers; the texts are in `templates/`."""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

CATEGORY = "offer"
STILL_TRUE = "offer"  # key of the check in publish.py, which routes.py registers
_SAMPLE = {
    "offerId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "offerNumber": "Q100042",
    "dealId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "status": "countered",
    "round": 2,
    "price": "12000.00 INR",
    "expiresAt": "2026-12-01T12:00:00Z",
    "orderId": "01a1f86b-752e-753f-ab3a-936f1e472419",
    "orderNumber": "M1042",
    "note": "Two days, please.",
}
_SCREENS = (IN_APP, PUSH)
_MAILBOX = (IN_APP, EMAIL, PUSH)


def _type(name: str, channels: tuple[str, ...], **options: Any) -> NotificationType:
    return NotificationType(
        name, CATEGORY, channels, actions=("open_offer",), sample=_SAMPLE, still_true=STILL_TRUE, **options
    )


NOTIFICATION_TYPES = (
    _type("offer_new", _MAILBOX),
    _type("offer_countered", _MAILBOX),
    _type("offer_revised", _SCREENS),
    _type("offer_accepted", _MAILBOX, urgent=True),  # there is an order to make
    _type("offer_rejected", _MAILBOX),
    _type("offer_withdrawn", _SCREENS, may_wait=True),
    _type("offer_expired", _SCREENS, may_wait=True),
    _type("offer_cancelled", _MAILBOX),
)
