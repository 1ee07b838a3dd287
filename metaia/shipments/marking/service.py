"""Marking a shipment late or stale, each with one notification ever."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from metaia.core import db
from metaia.core.times import now
from metaia.jobs import loop
from metaia.orders import queries as order_queries
from metaia.shipments import publish, queries
from metaia.shipments.marking import queries as marking_queries
from metaia.shipments.models import ShipmentRow
from metaia.shipments.notifications import LATE, STALE
from metaia.shipments.queries import Shipment

BATCH = 100


def mark() -> int:
    """Mark a batch of shipments; return how many were."""
    moment = now()
    late = loop.work_each(_mark_late, marking_queries.late(moment, BATCH))
    return late + loop.work_each(_mark_stale, marking_queries.stale(moment, BATCH))


def due() -> int:
    """Return how many shipments are to be marked, up to a few."""
    moment = now()
    return len(marking_queries.late(moment, 1)) + len(marking_queries.stale(moment, 1))


def _mark_late(shipment_id: str) -> bool:
    with db.transaction():
        this, moment = queries.lock(shipment_id), now()
        if this is None or this.closed_at or this.late_at or not this.estimated_delivery:
            return False
        return this.estimated_delivery < moment and _write(this, replace(this, late_at=moment), LATE)


def _mark_stale(shipment_id: str) -> bool:
    with db.transaction():
        this, moment = queries.lock(shipment_id), now()
        if this is None or this.closed_at or this.stale_at or this.stale_due_at >= moment:
            return False
        return _write(this, replace(this, stale_at=moment), STALE)


def _write(before: Shipment, after: Shipment, name: str) -> bool:
    is_new = name not in before.announced
    announced = [*before.announced, *([name] if is_new else ())]
    after = replace(after, version=before.version + 1, updated_at=now(), announced=announced)
    names = ("late_at", "stale_at", "version", "updated_at", "announced")
    values = {each: getattr(after, each) for each in names}
    db.execute(update(ShipmentRow).where(ShipmentRow.id == after.id).values(**values))
    order = order_queries.get(after.order_id)
    if order is not None:
        publish.changed(before, after, order)
        if is_new:
            publish.notify(name, after, order)
    return True
