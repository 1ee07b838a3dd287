"""Selects on the timelines of orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.orders.models import OrderStepRow


def steps(order_id: str, until: datetime | None = None) -> list[AnyRow]:
    """Return the timeline of an order, oldest entry first; up to and including `until` if given."""
    query = select(OrderStepRow.__table__).where(OrderStepRow.order_id == order_id)
    if until is not None:
        query = query.where(OrderStepRow.at <= until)
    return db.fetch_all(query.order_by(OrderStepRow.version))


def of_versions(order_id: str, versions: Iterable[int]) -> dict[int, AnyRow]:
    """Return entries of the timeline of an order by its version after them."""
    row = OrderStepRow
    query = select(row.__table__).where(row.order_id == order_id, among(row.version, versions))
    return {found.version: found for found in db.fetch_all(query)}
