"""Table of notifications."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.core.json import Json
from metaia.extensions import Model


class NotificationRow(Model):
    """One notification of one user, with its cause."""

    __tablename__ = "notifications"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    data: Mapped[Json] = mapped_column(JSONB)
    actions: Mapped[list[Json]] = mapped_column(JSONB)
    # In the app. A password reset, for example, goes to the mailbox only.
    shown: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    queue: Mapped[str] = mapped_column(String(10))
    channels: Mapped[list[str] | None] = mapped_column(ARRAY(String(10)))  # replaces the channels of the type
    email: Mapped[str | None] = mapped_column(String(254))  # replaces the address of the user
    subject: Mapped[str | None] = mapped_column(String(80))  # what it is about: `order-…`
    actor_id: Mapped[str | None] = mapped_column(String(64))  # of the action that caused it
    request_id: Mapped[str | None] = mapped_column(String(64))
    campaign_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    expires_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True)
    )  # a delivery after it is suppressed
    planned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True)
    )  # written and read by earlier releases only
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    clicked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    deleted_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True)
    )  # by the user; staff still see it
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_notifications_user_id", "user_id", "created_at", "id"),
        Index("ix_notifications_created_at", "created_at", "id"),
        Index(
            "ix_notifications_unread_subject", "user_id", "subject",
            postgresql_where="read_at IS NULL AND shown AND deleted_at IS NULL",
        ),
        Index("ix_notifications_unplanned", "queue", "id", postgresql_where="planned_at IS NULL"),
        Index(
            "ix_notifications_campaign", "campaign_id", "user_id",
            unique=True, postgresql_where="campaign_id IS NOT NULL",
        ),
    )  # fmt: skip
