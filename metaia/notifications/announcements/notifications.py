"""The notification type of announcements that are stored. Admins write its text; the templates only insert it."""

from __future__ import annotations

from metaia.notifications.registry import IN_APP, NotificationType

ANNOUNCEMENT = NotificationType(
    "announcement",
    "announcement",
    (IN_APP,),
    queue="bulk",
    sample={"title": "Maintenance tonight", "message": "Orders pause from 02:00 to 02:30."},
)
