"""Table of credit requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class CreditRequestRow(Model):
    """A customer's request for a limit. A customer has one pending request per currency."""

    __tablename__ = "credit_requests"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(300))
    status: Mapped[str] = mapped_column(String(10))
    approved: Mapped[int | None] = mapped_column(BigInteger)
    decision: Mapped[str | None] = mapped_column(String(300))
    decided_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("amount BETWEEN 1 AND 10000000000000", name="amount"),
        CheckConstraint("(status = 'approved') = (approved IS NOT NULL)", name="approved"),
        Index(
            "ux_credit_requests_pending",
            "user_id",
            "currency",
            unique=True,
            postgresql_where="status = 'pending'",
        ),
        Index("ix_credit_requests_user_id", "user_id", "created_at", "id"),
        Index("ix_credit_requests_created_at", "created_at", "id"),
    )
