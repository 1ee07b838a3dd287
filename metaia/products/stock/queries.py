"""Selects on stock and its moves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func, select

from metaia.core import db
from metaia.products.models import VariantRow
from metaia.products.stock.models import StockMoveRow

SOLD, RETURNED = "sold", "returned"
_signed = case((StockMoveRow.kind == SOLD, StockMoveRow.quantity), else_=-StockMoveRow.quantity)


def row_locked(variant_id: str) -> int | None:
    """Return the stock of a variant, row-locked in the running transaction; None: not counted."""
    query = select(VariantRow.stock).where(VariantRow.id == variant_id)
    stock: int | None = db.fetch_value(query.with_for_update(key_share=True))
    return stock


def taken(variant_id: str) -> int:
    """Return what orders have taken of a variant while it was counted, without what they have given back."""
    moves = (StockMoveRow.variant_id == variant_id, StockMoveRow.counted)
    return int(db.fetch_value(select(func.coalesce(func.sum(_signed), 0)).where(*moves)))


def held(order_id: str) -> list[Any]:
    """Return the moves of an order that were not given back: variant_id, quantity, counted; in the order of ids."""
    back = select(StockMoveRow.variant_id).where(
        StockMoveRow.order_id == order_id, StockMoveRow.kind == RETURNED
    )
    query = select(StockMoveRow.variant_id, StockMoveRow.quantity, StockMoveRow.counted).where(
        StockMoveRow.order_id == order_id, StockMoveRow.kind == SOLD, StockMoveRow.variant_id.not_in(back)
    )
    return list(db.fetch_all(query.order_by(StockMoveRow.variant_id)))


def wrong(limit: int) -> list[Any]:
    """Return variants of which the stock is not what was put in without what orders hold: id, stock, expected."""
    moved = (
        select(StockMoveRow.variant_id, func.sum(_signed).label("taken"))
        .where(StockMoveRow.counted)
        .group_by(StockMoveRow.variant_id)
        .subquery()
    )
    expected = VariantRow.stock_given - func.coalesce(moved.c.taken, 0)
    query = (
        select(VariantRow.id, VariantRow.stock, expected.label("expected"))
        .outerjoin(moved, moved.c.variant_id == VariantRow.id)
        .where(VariantRow.stock.is_not(None), VariantRow.stock != expected)
    )
    return list(db.fetch_all(query.order_by(VariantRow.id).limit(limit)))
