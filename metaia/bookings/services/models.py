"""Tables of services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from metaia.bookings.calendars.models import ServiceCalendarRow
from metaia.extensions import Model

__all__ = ["ServiceCalendarRow", "ServiceRow"]

LIMITS = {
    "duration": "duration_minutes BETWEEN 5 AND 1440",
    "buffers": "buffer_before_minutes BETWEEN 0 AND 240 AND buffer_after_minutes BETWEEN 0 AND 240",
    "capacity": "capacity BETWEEN 1 AND 500",
    "step": "step_minutes BETWEEN 5 AND 240",
    "notice": "min_notice_minutes BETWEEN 0 AND 43200",
    "advance": "max_advance_days BETWEEN 1 AND 365",
    "price": "price >= 0",
    "confirmation": "confirmation IN ('instant', 'request')",
    "payment": "payment IN ('none', 'deposit', 'full')",
    "deposit": "(payment = 'deposit') = (deposit_percent IS NOT NULL) AND deposit_percent BETWEEN 1 AND 100",
    "cancellation": "fee_percent BETWEEN 0 AND 100 AND 0 <= locked_until_minutes"
    " AND locked_until_minutes <= free_until_minutes",
    "per_day": "max_per_customer_per_day >= 1",
}


class ServiceRow(Model):
    """A service of a partner. `price` is for one seat, in minor units of `currency`.

    A booking copies what it needs, so a change of a service changes no booking.
    """

    __tablename__ = "services"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    duration_minutes: Mapped[int] = mapped_column(Integer)
    price: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    buffer_before_minutes: Mapped[int] = mapped_column(Integer)
    buffer_after_minutes: Mapped[int] = mapped_column(Integer)
    capacity: Mapped[int] = mapped_column(Integer)
    step_minutes: Mapped[int] = mapped_column(Integer)
    min_notice_minutes: Mapped[int] = mapped_column(Integer)
    max_advance_days: Mapped[int] = mapped_column(Integer)
    confirmation: Mapped[str] = mapped_column(String(10))
    payment: Mapped[str] = mapped_column(String(10))
    deposit_percent: Mapped[int | None] = mapped_column(Integer)
    free_until_minutes: Mapped[int] = mapped_column(
        Integer
    )  # before the start; then `fee_percent` of the price
    fee_percent: Mapped[int] = mapped_column(Integer)
    locked_until_minutes: Mapped[int] = mapped_column(
        Integer
    )  # before the start, from when customers cannot cancel
    max_per_customer_per_day: Mapped[int | None] = mapped_column(Integer)
    reminders: Mapped[list[int]] = mapped_column(JSONB)  # minutes before the start
    media_ids: Mapped[list[Any]] = mapped_column(JSONB)
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    words: Mapped[Any] = mapped_column(TSVECTOR)  # the index of the search

    __table_args__ = (
        *(CheckConstraint(rule, name=name) for name, rule in LIMITS.items()),
        Index("ix_services_partner_id", "partner_id", "id"),
        Index("ix_services_active", "id", postgresql_where=text("active")),
        Index("ix_services_words", "words", postgresql_using="gin"),
    )
