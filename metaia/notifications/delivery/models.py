"""Tables of deliveries, and of the attempts and receipts of each delivery."""

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
    SmallInteger,
    String,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.core.json import Json
from metaia.extensions import Model


class DeliveryRow(Model):
    """One notification on one external channel to one address. docs/notifications.md lists the statuses."""

    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    notification_id: Mapped[str] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str | None] = mapped_column(String(500))  # e-mail address, telephone number or device id
    queue: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(40))  # of the latest step
    steps: Mapped[list[Json]] = mapped_column(JSONB, server_default=text("'[]'"))  # see history.py
    digest: Mapped[bool] = mapped_column(Boolean)
    unless_seen: Mapped[bool] = mapped_column(Boolean)  # a fallback: not sent if the user has seen it by then
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(Integer)
    provider: Mapped[str | None] = mapped_column(String(20))  # of the latest attempt
    reference: Mapped[str | None] = mapped_column(String(200))  # the provider's id of the message
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_deliveries_notification_id", "notification_id"),
        Index("ix_deliveries_due", "queue", "due_at", postgresql_where="status = 'queued'"),
        Index(
            "ix_deliveries_digest", "user_id", "channel", "id",
            postgresql_where="digest AND status = 'queued'",
        ),
        Index("ix_deliveries_sending", "updated_at", postgresql_where="status = 'sending'"),
        Index("ix_deliveries_reference", "provider", "reference", postgresql_where="reference IS NOT NULL"),
        Index("ix_deliveries_created_at", "created_at"),
        Index("ix_deliveries_tickets", "id", postgresql_where="provider = 'expo' AND status = 'sent'"),
    )  # fmt: skip


class AttemptRow(Model):
    """One call of a provider. The row is committed before the call; `outcome` is NULL until the answer is stored."""

    __tablename__ = "delivery_attempts"

    delivery_id: Mapped[str] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    milliseconds: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str | None] = mapped_column(
        String(12)
    )  # sent, temporary, permanent, technical, unknown, undelivered
    answer: Mapped[str | None] = mapped_column(String(300))


class ReceiptRow(Model):
    """One receipt of a provider for a delivery."""

    __tablename__ = "delivery_receipts"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(30))  # the provider's own name for it
    detail: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ActedPosition(Model):
    """One row: the position of the event log up to which relevance.py has read what users acted on."""

    __tablename__ = "notifications_acted"
    __table_args__ = (CheckConstraint("single", name="only_one"),)

    single: Mapped[bool] = mapped_column(Boolean, primary_key=True, default=True)
    epoch: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(BigInteger)
