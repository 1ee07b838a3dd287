"""The permission for notifications of all users. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import STAFF, Permission

NOTIFICATIONS_TRACE = Permission("notifications.trace", STAFF)
