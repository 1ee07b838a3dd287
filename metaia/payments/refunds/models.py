"""Table of refunds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
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


class RefundRow(Model):
    """A refund of an attempt, requested by us or made in the provider's dashboard. Its facts determine its status.

    `key` makes a request of the system unique. The parts of a request, one of each attempt, have the same
    `request_id`. `retried_by` is the refund that repeats this failed one. The columns `due_at`, `tries`, `error` and
    `settled_at` make the table a work queue: the provider is called or asked until the refund has ended.
    """

    __tablename__ = "refunds"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    provider: Mapped[str] = mapped_column(String(20))
    attempt: Mapped[str] = mapped_column(String(60))  # the provider's id of it
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(30))
    note: Mapped[str | None] = mapped_column(String(300))
    provider_ref: Mapped[str | None] = mapped_column(String(60))  # the provider's id of the refund
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    request_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # null: made in the dashboard
    requested_by: Mapped[str | None] = mapped_column(
        Uuid(as_uuid=False)
    )  # null: the system, or the dashboard
    retried_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    failure: Mapped[str | None] = mapped_column(String(200))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(300))  # of the latest call
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("provider", "provider_ref"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_refunds_payment_id", "payment_id"),
        Index("ix_refunds_request_id", "request_id"),
        Index("ix_refunds_created_at", "created_at", "id"),
        Index("ix_refunds_due_at", "due_at", postgresql_where=text("settled_at IS NULL")),
    )
