"""Selects on the money of orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, select

from metaia.core import db
from metaia.orders.models import OrderRow
from metaia.orders.payment.state import CREDIT

PAGE = 500  # orders read at once


def with_payment() -> Iterator[list[str]]:
    """Yield the ids of all orders that have a payment, in pages."""
    return _pages(OrderRow.payment.is_not(None))


def earned_on_credit() -> Iterator[list[str]]:
    """Yield the ids of the completed orders on credit, in pages."""
    return _pages(OrderRow.payment_method == CREDIT, OrderRow.status == "completed")


def _pages(*conditions: ColumnElement[bool]) -> Iterator[list[str]]:
    query: Any = select(OrderRow.id).where(*conditions).order_by(OrderRow.id).limit(PAGE)
    last = None
    while page := db.fetch_all(query if last is None else query.where(OrderRow.id > last)):
        last = page[-1].id
        yield [row.id for row in page]
