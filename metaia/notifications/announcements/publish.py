"""Recording an announcement in the log, for the rooms of its audience."""

from __future__ import annotations

from metaia.core import rooms
from metaia.notifications.announcements import presenters
from metaia.notifications.announcements.queries import Announcement
from metaia.realtime import events


def record(this: Announcement) -> None:
    """Record the present text and times of an announcement in the running transaction: one row for all users."""
    audience = rooms_of(this)
    subject = rooms.subject("announcement", this.id)
    events.record("system.notification", presenters.payload(this), audience=audience, subject=subject)


def rooms_of(this: Announcement) -> list[str]:
    """Return the rooms of the audience."""
    if this.roles is not None:
        return [rooms.role(role) for role in this.roles]
    return [rooms.EVERYONE] if this.user_ids is None else [rooms.user(each) for each in this.user_ids]
