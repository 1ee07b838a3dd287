"""Table of settlements."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class SettlementRow(Model):
    """A repayment of credit. `settled` of what was paid has reduced what is owed, at `settled_at`; null until then."""

    __tablename__ = "credit_settlements"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger)
    settled: Mapped[int | None] = mapped_column(BigInteger)
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("amount BETWEEN 1 AND 10000000000000", name="amount"),
        CheckConstraint("(settled IS NULL) = (settled_at IS NULL)", name="settled"),
        Index("ix_credit_settlements_open", "user_id", "currency", postgresql_where="settled IS NULL"),
    )
