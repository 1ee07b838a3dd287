"""Table of adjustments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Index, Integer, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class AdjustmentRow(Model):
    """A correction of the books: `lines` have kind, owner and amount (minor units; a debit is positive)."""

    __tablename__ = "finance_adjustments"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    status: Mapped[str] = mapped_column(String(10))
    lines: Mapped[Any] = mapped_column(JSONB)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(300))
    requested_by: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    decided_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    posting_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("decided_by <> requested_by OR status <> 'approved'", name="two_admins"),
        Index("ix_finance_adjustments_created_at", "created_at", "id"),
        Index("ix_finance_adjustments_status", "status", "created_at", "id"),
    )
