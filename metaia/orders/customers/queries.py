"""Selects on the customers of a partner."""

from __future__ import annotations

from sqlalchemy import select

from metaia.core import db
from metaia.orders.models import OrderRow


def has_ordered(customer_id: str, partner_id: str) -> bool:
    """Return whether a customer has or had an order with a partner."""
    theirs = (OrderRow.customer_id == customer_id, OrderRow.partner_id == partner_id)
    return bool(db.fetch_value(select(select(OrderRow.id).where(*theirs).exists())))
