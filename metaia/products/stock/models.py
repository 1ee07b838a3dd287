"""The table of what orders take of the stock, and give back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class StockMoveRow(Model):
    """What an order has taken of a variant (`sold`), or given back (`returned`), at most once each. Append-only.

    A trigger moves the stock, and sets `counted`: whether the variant had a stock when it was sold.
    """

    __tablename__ = "stock_moves"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    variant_id: Mapped[str] = mapped_column(ForeignKey("product_variants.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    quantity: Mapped[int] = mapped_column(Integer)
    counted: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("kind IN ('sold', 'returned')", name="kind"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_stock_moves_variant_id", "variant_id"),
    )
