"""Selects on the customers of a partner."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, union

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.orders.models import OrderRow
from metaia.orders.state import OPEN_STATUSES

NEWEST = 500  # orders of a partner that `waiting` looks at


def has_ordered(customer_id: str, partner_id: str) -> bool:
    """Return whether a customer has or had an order with a partner."""
    theirs = (OrderRow.customer_id == customer_id, OrderRow.partner_id == partner_id)
    return bool(db.fetch_value(select(select(OrderRow.id).where(*theirs).exists())))


def waiting(partner_id: str) -> list[str]:
    """Return the ids of the customers of a partner's newest open orders."""
    mine = select(OrderRow.customer_id, OrderRow.status).where(OrderRow.partner_id == partner_id)
    newest = mine.order_by(OrderRow.created_at.desc()).limit(NEWEST).subquery()
    waiting = select(newest.c.customer_id).where(newest.c.status.in_(OPEN_STATUSES)).distinct()
    return [row.customer_id for row in db.fetch_all(waiting)]


def between(user_id: str, others: Collection[str]) -> set[str]:
    """Return those of `others` that have or had an order with a user: its partners or its customers."""
    row = OrderRow
    partners = select(row.partner_id).where(row.customer_id == user_id, among(row.partner_id, others))
    customers = select(row.customer_id).where(row.partner_id == user_id, among(row.customer_id, others))
    return {found for (found,) in db.fetch_all(union(partners, customers))}
