"""Selects on the timelines of orders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.orders.models import OrderStepRow


def steps(order_id: str, until: datetime | None = None) -> list[AnyRow]:
    """Return the timeline of an order, oldest entry first; up to and including `until` if given."""
    query = select(OrderStepRow.__table__).where(OrderStepRow.order_id == order_id)
    if until is not None:
        query = query.where(OrderStepRow.at <= until)
    return db.fetch_all(query.order_by(OrderStepRow.version))
