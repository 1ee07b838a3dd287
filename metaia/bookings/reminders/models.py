"""The table of reminders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class BookingReminderRow(Model):
    """A reminder that is due so many minutes before the start. The row is deleted when its notice is written."""

    __tablename__ = "booking_reminders"

    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True)
    minutes: Mapped[int] = mapped_column(Integer, primary_key=True)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_booking_reminders_due_at", "due_at"),)
