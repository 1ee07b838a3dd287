"""Table of credit accounts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class CreditAccountRow(Model):
    """A customer's credit in one currency. What is used and held of it is in the ledger: `credit:{user}`.

    `frozen_because` is `staff` or `overdue`; the system ends only the latter. The job of due dates writes `checked_on`,
    and what it has notified the customer of.
    """

    __tablename__ = "credit_accounts"

    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    credit_limit: Mapped[int] = mapped_column(BigInteger)
    term_days: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(10))
    frozen_because: Mapped[str | None] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)
    checked_on: Mapped[date | None] = mapped_column(Date)
    due_notified: Mapped[date | None] = mapped_column(Date)  # the due day
    overdue_notified: Mapped[date | None] = mapped_column(Date)  # the day of the notice
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("credit_limit BETWEEN 0 AND 10000000000000", name="credit_limit"),
        CheckConstraint("term_days BETWEEN 1 AND 180", name="term_days"),
        CheckConstraint("(status = 'frozen') = (frozen_because IS NOT NULL)", name="frozen"),
        Index("ix_credit_accounts_checked_on", "checked_on"),
    )
