"""Selects on shipments that become late or stale."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text

from metaia.core import db
from metaia.shipments.models import OPEN, ShipmentRow

# As in the indexes.
_LATE = text(f"{OPEN} AND late_at IS NULL AND estimated_delivery IS NOT NULL")
_STALE = text(f"{OPEN} AND stale_at IS NULL")


def late(moment: datetime, limit: int) -> list[str]:
    """Return open shipments that should have arrived, and are not marked."""
    row = ShipmentRow
    query = select(row.id).where(_LATE, row.estimated_delivery < moment).order_by(row.estimated_delivery)
    return [found.id for found in db.fetch_all(query.limit(limit))]


def stale(moment: datetime, limit: int) -> list[str]:
    """Return open shipments without a scan for days that are not marked."""
    row = ShipmentRow
    query = select(row.id).where(_STALE, row.stale_due_at < moment).order_by(row.stale_due_at)
    return [found.id for found in db.fetch_all(query.limit(limit))]
