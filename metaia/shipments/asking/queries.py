"""Selects on shipments of which the carrier must be asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text

from metaia.core import db
from metaia.shipments import queries
from metaia.shipments.models import ShipmentRow
from metaia.shipments.queries import Shipment

COUNTED_UNTIL = 1000
_ASKED = text("ask_at IS NOT NULL")  # as in the index


def lock_due(moment: datetime, limit: int) -> list[Shipment]:
    """Return the shipments that are due, row-locked; those that another job has are left out."""
    query = queries.SHIPMENTS.where(_ASKED, ShipmentRow.ask_at <= moment).order_by(ShipmentRow.ask_at)
    return [Shipment(*row) for row in db.fetch_all(query.limit(limit).with_for_update(skip_locked=True))]


def count_due(moment: datetime) -> int:
    """Return how many shipments are due, up to COUNTED_UNTIL."""
    due = select(ShipmentRow.id).where(_ASKED, ShipmentRow.ask_at <= moment).limit(COUNTED_UNTIL)
    return int(db.fetch_value(select(func.count()).select_from(due.subquery())))
