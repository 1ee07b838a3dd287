"""Notifications as JSON, for their user."""

from __future__ import annotations

from typing import Any

from metaia.core.db import AnyRow
from metaia.core.times import rfc3339


def notification(row: AnyRow) -> dict[str, Any]:
    """Return a row as NotificationOut describes it."""
    return {
        "id": row.id,
        "type": row.type,
        "category": row.category,
        "title": row.title,
        "message": row.message,
        "data": row.data,
        "actions": row.actions,
        "read": row.read_at is not None,
        "readAt": rfc3339(row.read_at),
        "createdAt": rfc3339(row.created_at),
    }
