"""The table of waiting lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class BookingWaitRow(Model):
    """A customer's wish for a time of a service between two instants; the oldest one is offered a free time first."""

    __tablename__ = "booking_waits"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    starts_from: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    starts_to: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seats: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))  # waiting, offered, ended
    offered_booking_id: Mapped[str | None] = mapped_column(ForeignKey("bookings.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'offered', 'ended')", name="state"),
        CheckConstraint("seats > 0 AND starts_from < starts_to", name="wish"),
        Index(
            "uq_booking_waits_waiting",
            "customer_id",
            "service_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_booking_waits_customer_id", "customer_id", "created_at"),
        Index(
            "ix_booking_waits_service_id",
            "service_id",
            "created_at",
            postgresql_where=text("state = 'waiting'"),
        ),
    )
