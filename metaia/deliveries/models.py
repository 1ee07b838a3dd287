"""Tables of deliveries. They are advisory: the row of the order decides which courier has it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class DeliveryWaveRow(Model):
    """A round in which an order is offered. `wanted_at` is that of the order: a later one begins another round."""

    __tablename__ = "delivery_waves"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    wanted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    reach: Mapped[str] = mapped_column(String(10))
    wave: Mapped[int] = mapped_column(SmallInteger)
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("reach IN ('pool', 'own', 'chosen')", name="reach"),
        Index("ix_delivery_waves_wanted_at", "wanted_at"),
        Index("ix_delivery_waves_next_at", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    )


class DeliveryOfferRow(Model):
    """An offer of an order to a courier in a round, and the answer."""

    __tablename__ = "delivery_offers"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    courier_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    wanted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    answer: Mapped[str | None] = mapped_column(String(10))
    offered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("answer IN ('claimed', 'declined', 'released', 'missed')", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index("ix_delivery_offers_wanted_at", "wanted_at"),
        Index("ix_delivery_offers_courier_id", "courier_id", "order_id"),
    )
