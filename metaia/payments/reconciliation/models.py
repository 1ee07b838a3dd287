"""Table of the lines of settlements."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class SettlementLineRow(Model):
    """What a provider has settled for one object. Amounts are in minor units of `currency`.

    `amount` is that of the object, `net` what it adds to the settlement after the `fee`. Rows are only appended.
    """

    __tablename__ = "settlement_lines"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    settlement_id: Mapped[str] = mapped_column(String(60))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))  # of the fact that it belongs to, or the provider's word
    reference: Mapped[str] = mapped_column(String(60))
    amount: Mapped[int] = mapped_column(BigInteger)
    fee: Mapped[int] = mapped_column(BigInteger)
    net: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("provider", "settlement_id", "number"),
        Index("ix_settlement_lines_at", "at"),
        Index("ix_settlement_lines_reference", "provider", "kind", "reference"),
    )
