"""Selects on orders as the subject of conversations."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.orders import queries
from metaia.orders.models import OrderStepRow
from metaia.orders.payment.state import ENDED
from metaia.orders.queries import Order

OVER = ("delivered", *sorted(ENDED))  # statuses in which a courier has nothing more to do


def find(thing_id: str) -> Order | None:
    """Return the order with this id, or of the deal with this id."""
    return queries.of_deals([thing_id]).get(thing_id) or queries.get(thing_id)


def ends(order_ids: Collection[str]) -> dict[str, datetime]:
    """Return when orders were delivered, or ended before, by their ids."""
    row = OrderStepRow
    query = select(row.order_id, func.min(row.at).label("at")).where(
        among(row.order_id, order_ids), row.status.in_(OVER)
    )
    return {found.order_id: found.at for found in db.fetch_all(query.group_by(row.order_id))}
