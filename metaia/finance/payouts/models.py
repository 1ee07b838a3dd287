"""Table of payouts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class PayoutRow(Model):
    """A payout. Its id is also that of the hold on the account `source`, which the posting `payout:{id}:sent` ends.

    `account_version` is the version of the payout account at the request: nothing is paid to another one.
    """

    __tablename__ = "payouts"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(
        String(10), server_default="partner"
    )  # the kind of account it is paid from
    status: Mapped[str] = mapped_column(String(10))
    account: Mapped[str] = mapped_column(String(40))  # masked
    account_version: Mapped[int] = mapped_column(Integer)
    netted: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(300))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("amount BETWEEN 1 AND 10000000000000", name="amount"),
        CheckConstraint("source IN ('partner', 'courier')", name="source"),
        CheckConstraint("netted >= 0", name="netted"),
        Index("ix_payouts_user_id", "user_id", "created_at", "id"),
        Index("ix_payouts_created_at", "created_at", "id"),
        Index("ix_payouts_approved", "id", postgresql_where="status = 'approved'"),
    )
