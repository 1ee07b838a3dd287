"""Forgetting what somebody was told, in the running transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from metaia.core import db
from metaia.notifications.models import Device, Notification, Preferences
from metaia.users import queries as user_queries


def forget(user_id: str) -> None:
    """Delete all that a user was told, wants and carries; what was still to be sent of it is not sent."""
    for table in (Notification, Device, Preferences):
        db.execute(delete(table).where(table.user_id == user_id))


def tidy(before: datetime) -> int:
    """Delete what deleted users were told before a moment: the last mail, open orders; return how many."""
    theirs = Notification.user_id.in_(user_queries.deleted())
    return db.execute(delete(Notification).where(theirs, Notification.created_at < before)).rowcount
