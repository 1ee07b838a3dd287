"""Tables of notifications and of their way to people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class Notification(Model):
    """Something one person was told."""

    __tablename__ = "notifications"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    shown: Mapped[bool] = mapped_column(
        Boolean, server_default=text("true")
    )  # in the app; a password reset is for the mailbox only
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_notifications_user_id", "user_id", "created_at", "id"),
        Index("ix_notifications_unread", "user_id", postgresql_where="read_at IS NULL AND shown"),
    )


class Delivery(Model):
    """One notification on one channel outside of the app: `queued → sending → sent | failed`."""

    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    notification_id: Mapped[str] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str | None] = mapped_column(String(500))  # where it goes, if not to what the user has now
    status: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_deliveries_notification_id", "notification_id"),
        Index("ix_deliveries_unfinished", "updated_at", postgresql_where="status IN ('queued', 'sending')"),
    )
