"""The JSON of a user's notifications."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.notifications.schemas import NotificationOut

notification = presenter(NotificationOut, computed={"read": lambda row: row.read_at is not None})
