"""Selects on the prices of orders."""

from __future__ import annotations

from sqlalchemy import select

from metaia.core import db
from metaia.core.json import Json
from metaia.orders.models import OrderRow


def pricing(order_id: str) -> Json | None:
    """Return the inputs of the price of an order, None for one without them."""
    found: Json | None = db.fetch_value(select(OrderRow.pricing).where(OrderRow.id == order_id))
    return found
