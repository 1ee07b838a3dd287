"""The JSON of a user's notifications."""

from __future__ import annotations

from typing import Any

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.notifications.schemas import NotificationOut


def related_order(data: Json) -> Any:
    """Return the id of the order in the data of a notification: seed 001's clients read it as `relatedOrder`."""
    return data.get("orderId")


notification = presenter(
    NotificationOut,
    computed={
        "read": lambda row: row.read_at is not None,
        "related_order": lambda row: related_order(row.data),
    },
)
