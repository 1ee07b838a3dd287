"""Tables of statements."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class StatementRow(Model):
    """An issued statement of a user. Its lines are those that were booked between `starts_at` and `ends_at`.

    Amounts are in minor units. The ledger is append-only, so the lines stay the same.
    """

    __tablename__ = "finance_statements"

    owner_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)  # such as 2026-11
    time_zone: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    opening: Mapped[int] = mapped_column(BigInteger)
    closing: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int] = mapped_column(Integer)
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class StatementPeriodRow(Model):
    """A month of which all statements are issued."""

    __tablename__ = "finance_statement_periods"

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    finished_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
