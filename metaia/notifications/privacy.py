"""Erasing the notification data of deleted users, in the running transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from metaia.core import db
from metaia.notifications.announcements.models import DismissalRow
from metaia.notifications.devices.models import DeviceRow
from metaia.notifications.models import NotificationRow
from metaia.notifications.preferences.models import PreferencesRow
from metaia.users.deleted import queries as deleted_users


def erase(user_id: str) -> None:
    """Delete a user's notifications, devices, preferences and dismissals.

    Pending deliveries are deleted, so nothing is sent.
    """
    for table in (NotificationRow, DeviceRow, PreferencesRow, DismissalRow):
        db.execute(delete(table).where(table.user_id == user_id))


def purge_deleted_users(before: datetime) -> int:
    """Delete the notifications that deleted users got after their erasure, and before this time; return how many.

    Such notifications are the mail about the deletion itself, and those about orders that were still open.
    """
    theirs = NotificationRow.user_id.in_(deleted_users.ids())
    return db.execute(delete(NotificationRow).where(theirs, NotificationRow.created_at < before)).rowcount
