"""The notification type about errors; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, NotificationType

ERROR_NEW = "error_new"
_SAMPLE = {
    "count": 2,
    "fingerprint": "0f1e2d3c4b5a6978",
    "type": "ZeroDivisionError",
    "where": "metaia.orders.service:act",
}
NOTIFICATION_TYPES = (
    NotificationType(ERROR_NEW, "operations", (IN_APP, EMAIL), may_wait=True, sample=_SAMPLE),
)
