"""Tables of cash."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class CashHandoverRow(Model):
    """Cash that a user has handed over. `amount` was counted; `short` was missing, and is a loss of the house."""

    __tablename__ = "cash_handovers"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    amount: Mapped[int] = mapped_column(BigInteger)
    short: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    received_by: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("amount >= 0 AND short >= 0 AND amount + short > 0", name="amounts"),
        Index("ix_cash_handovers_user_id", "user_id", "created_at", "id"),
        Index("ix_cash_handovers_created_at", "created_at", "id"),
    )


class CashReminderRow(Model):
    """The day on which a user was last asked to hand over cash: once a day at most."""

    __tablename__ = "cash_reminders"

    account_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
