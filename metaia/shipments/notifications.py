"""Notification types of shipments; the texts are in `templates/`."""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

STILL_TRUE = LINK = "shipment"  # keys of the check in publish.py, and of the tracking page
SENT, TODAY, ATTEMPT, TO_COLLECT = "shipment_sent", "shipment_today", "shipment_attempt", "shipment_pickup"
ARRIVED, GOES_BACK, IS_BACK = "shipment_delivered", "shipment_returning", "shipment_returned"
IS_LOST, CALLED_OFF = "shipment_lost", "shipment_cancelled"
LATE, STALE = "shipment_late", "shipment_stale"
_DATA = {
    "shipmentId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "orderId": "01a1f86b-752e-753f-ab3a-936f1e472419",
    "orderNumber": "M1042",
    "carrier": "Blue Arrow",
    "estimatedDelivery": "2026-12-01T18:00:00.000000Z",
}
_MAILBOX = (IN_APP, EMAIL, PUSH)


def _type(name: str, channels: tuple[str, ...] = _MAILBOX, **options: Any) -> NotificationType:
    common: dict[str, Any] = {"actions": ("track_shipment",), "still_true": STILL_TRUE, "sample": _DATA}
    return NotificationType(name, "order", channels, **common | options)


NOTIFICATION_TYPES = (
    _type(SENT, link=LINK),
    _type(TODAY, (IN_APP, PUSH)),
    _type(ATTEMPT, link=LINK),
    _type(TO_COLLECT, link=LINK),
    _type(ARRIVED, (IN_APP, PUSH)),
    _type(GOES_BACK),
    _type(IS_BACK),
    _type(IS_LOST),
    _type(CALLED_OFF, (IN_APP, PUSH)),
    _type(LATE, (IN_APP, PUSH), may_wait=True),
    _type(STALE, may_wait=True),
)
