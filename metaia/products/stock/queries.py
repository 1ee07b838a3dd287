"""Selects on stock and its moves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import case, func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.ledger.audit.registry import in_sql
from metaia.products.models import ProductRow, VariantRow
from metaia.products.stock.models import StockMoveRow

SOLD, RETURNED = "sold", "returned"
# Variants of which the stock is not what their partner has put in without what counted orders hold.
WRONG = in_sql(
    """
    SELECT v.id AS subject, v.stock_given - coalesce(m.taken, 0) AS expected, v.stock AS found
    FROM product_variants v LEFT JOIN (
        SELECT variant_id, sum(CASE kind WHEN 'sold' THEN quantity ELSE -quantity END) AS taken
        FROM stock_moves WHERE counted GROUP BY variant_id
    ) m ON m.variant_id = v.id
    WHERE v.stock <> v.stock_given - coalesce(m.taken, 0)
    """
)
_signed = case((StockMoveRow.kind == SOLD, StockMoveRow.quantity), else_=-StockMoveRow.quantity)


def row_locked(variant_id: str) -> int | None:
    """Return the stock of a variant, row-locked in the running transaction; None: not counted."""
    query = select(VariantRow.stock).where(VariantRow.id == variant_id)
    stock: int | None = db.fetch_value(query.with_for_update(key_share=True))
    return stock


def names(variant_ids: Collection[str]) -> list[AnyRow]:
    """Return variants with their products: id, product_id, name (of the variant) and product."""
    columns = (VariantRow.id, VariantRow.product_id, VariantRow.name, ProductRow.name.label("product"))
    query = select(*columns).join(ProductRow, ProductRow.id == VariantRow.product_id)
    return db.fetch_all(query.where(among(VariantRow.id, variant_ids)).order_by(VariantRow.id))


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
