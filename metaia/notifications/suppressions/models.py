"""Tables of suppressions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class SuppressionRow(Model):
    """One reason for which one address gets no messages. An ended one stays, so that staff see what was."""

    __tablename__ = "address_suppressions"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(500))
    reason: Mapped[str] = mapped_column(String(20))  # see policy.py
    category: Mapped[str] = mapped_column(String(30))  # of an unsubscription; empty for all categories
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # of the latest cause
    times: Mapped[int] = mapped_column(Integer)  # how often, with short pauses between
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # None: until something ends it
    detail: Mapped[str | None] = mapped_column(String(300))  # the provider's words
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[str | None] = mapped_column(String(12))

    __table_args__ = (
        UniqueConstraint("channel", "address", "reason", "category"),
        Index("ix_address_suppressions_at", "at", "id"),
    )


class EarlierSuppressionRow(Model):
    """The table of earlier releases. A trigger copies the rows that they still write during a deployment."""

    __tablename__ = "suppressions"

    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    address: Mapped[str] = mapped_column(String(500), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
