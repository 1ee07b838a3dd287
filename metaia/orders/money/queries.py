"""Selects on the money of orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, select, text

from metaia.core import db
from metaia.orders.models import UNSETTLED, OrderRow
from metaia.orders.payment.state import CREDIT

PAGE = 500  # orders read at once
_ENDED_WITH_DUE = text(
    "SELECT orders.id FROM ledger_now() account JOIN orders ON account.owner = 'order-' || orders.id"
    " WHERE account.kind = 'due' AND account.posted > 0 AND orders.status IN ('rejected', 'cancelled', 'completed')"
)


def unsettled(limit: int) -> list[str]:
    """Return ids of ended orders for which more was captured than refunded or earned, the latest changed first."""
    query = select(OrderRow.id).where(text(UNSETTLED)).order_by(OrderRow.updated_at.desc()).limit(limit)
    return [row.id for row in db.fetch_all(query)]


def with_payment() -> Iterator[list[str]]:
    """Yield the ids of all orders that have a payment, in pages."""
    return _pages(OrderRow.payment.is_not(None))


def earned_on_credit() -> Iterator[list[str]]:
    """Yield the ids of the completed orders on credit, in pages."""
    return _pages(OrderRow.payment_method == CREDIT, OrderRow.status == "completed")


def paid_by_house() -> Iterator[list[str]]:
    """Yield the ids of the completed orders without a payment of which the house pays a part, in pages."""
    row = OrderRow
    return _pages(row.house_discount > 0, row.payment.is_(None), row.status == "completed")


def ended_with_due() -> Iterator[list[str]]:
    """Yield the ids of ended orders with money in their account, in pages."""
    ids = [row.id for row in db.fetch_all(_ENDED_WITH_DUE)]
    yield from (ids[at : at + PAGE] for at in range(0, len(ids), PAGE))


def _pages(*conditions: ColumnElement[bool]) -> Iterator[list[str]]:
    query: Any = select(OrderRow.id).where(*conditions).order_by(OrderRow.id).limit(PAGE)
    last = None
    while page := db.fetch_all(query if last is None else query.where(OrderRow.id > last)):
        last = page[-1].id
        yield [row.id for row in page]
