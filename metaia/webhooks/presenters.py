"""Webhooks as JSON, for staff."""

from __future__ import annotations

from typing import Any

from metaia.core.db import AnyRow
from metaia.core.times import rfc3339


def webhook(row: AnyRow) -> dict[str, Any]:
    """Return a row as WebhookOut describes it."""
    return {
        "id": row.id,
        "source": row.source,
        "state": row.state,
        "tries": row.tries,
        "error": row.error,
        "bytes": row.bytes,
        "receivedAt": rfc3339(row.received_at),
        "digestedAt": rfc3339(row.digested_at),
    }
