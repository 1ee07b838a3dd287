"""Table of disputes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class DisputeRow(Model):
    """A dispute (chargeback) about an attempt. Its facts determine its status; `answer` is what an admin has decided.

    `held` is what is held of the partner's account until the decision, by a hold with the dispute's id. The columns
    `due_at`, `tries`, `error` and `answered_at` make the table a work queue: the provider is called until it has taken
    the answer.
    """

    __tablename__ = "disputes"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    provider: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(60))  # the provider's id of the dispute
    attempt: Mapped[str] = mapped_column(String(60))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(15))
    reason: Mapped[str | None] = mapped_column(String(200))
    refundable: Mapped[bool] = mapped_column(Boolean)
    held: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer: Mapped[str | None] = mapped_column(String(10))  # accept, contest
    summary: Mapped[str | None] = mapped_column(String(1000))
    answered_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(300))  # of the latest call
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("provider", "reference"),
        CheckConstraint("held >= 0", name="held"),
        Index("ix_disputes_payment_id", "payment_id"),
        Index("ix_disputes_created_at", "created_at", "id"),
        Index("ix_disputes_due_at", "due_at", postgresql_where=text("answered_at IS NULL")),
    )
