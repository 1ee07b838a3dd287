"""Tables of couriers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class CourierShiftRow(Model):
    """The shift of a courier: the latest one. `since` is its last change."""

    __tablename__ = "courier_shifts"

    courier_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    working: Mapped[bool] = mapped_column(Boolean)
    vehicle: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("vehicle IN ('walk', 'bicycle', 'motorbike', 'car')", name="vehicle"),
        Index("ix_courier_shifts_working", "courier_id", postgresql_where=text("working")),
    )


class PartnerCourierRow(Model):
    """A courier of a partner's own fleet: invited by the partner, active once the courier has agreed."""

    __tablename__ = "partner_couriers"

    partner_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    courier_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("state IN ('invited', 'active')", name="state"),
        Index("ix_partner_couriers_courier_id", "courier_id"),
    )
