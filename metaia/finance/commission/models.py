"""Table of the rules of commissions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class CommissionRuleRow(Model):
    """A rate in basis points, from a day on until the next rule of the same owner: a partner's id, or DEFAULT.

    No two rules of an owner begin on one day, so each day has one rate.
    """

    __tablename__ = "commission_rules"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    owner: Mapped[str] = mapped_column(String(36))
    from_day: Mapped[date] = mapped_column(Date)
    basis_points: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("owner", "from_day"),
        CheckConstraint("basis_points BETWEEN 0 AND 10000", name="basis_points"),
        Index("ix_commission_rules_created_at", "created_at", "id"),
    )
