"""Devices as JSON."""

from __future__ import annotations

from typing import Any

from metaia.core.db import AnyRow
from metaia.core.times import rfc3339


def device(row: AnyRow) -> dict[str, Any]:
    """Return a row as DeviceOut describes it."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "name": row.name,
        "registeredAt": rfc3339(row.registered_at),
    }
