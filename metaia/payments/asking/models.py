"""The table of questions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class PaymentQuestionRow(Model):
    """A question to a provider, asked until its answer is final.

    `about` is `opening` (`reference` is our id of the payment), `closing` and `ending` (likewise), `payment` (the
    provider's id of it) or `refunds` (the provider's id of an attempt).
    """

    __tablename__ = "payment_questions"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("provider", "about", "reference"),
        Index("ix_payment_questions_due_at", "due_at", "id", postgresql_where="answered_at IS NULL"),
    )
