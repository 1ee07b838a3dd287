"""Notification types about catalogues; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import IN_APP, PUSH, NotificationType

CATEGORY = "catalogue"
STOCK_LOW, IMPORT_DONE, IMPORT_FAILED = "stock_low", "import_done", "import_failed"
_CHANNELS = (IN_APP, PUSH)
_STOCK = {
    "productId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "variantId": "01a1f86b-752e-753f-ab3a-936f1e472419",
    "name": "Linen shirt (L)",
    "left": 4,
}
NOTIFICATION_TYPES = (
    NotificationType(STOCK_LOW, CATEGORY, _CHANNELS, may_wait=True, replaces=True, sample=_STOCK),
    NotificationType(
        IMPORT_DONE,
        CATEGORY,
        _CHANNELS,
        may_wait=True,
        sample={"created": 12, "updated": 30, "unchanged": 400},
    ),
    NotificationType(IMPORT_FAILED, CATEGORY, _CHANNELS, may_wait=True, sample={"errors": 3}),
)
