"""Tables of notifications and of their way to people."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import (
    Boolean,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

Json = dict[str, Any]


class Notification(Model):
    """Something one person was told, and why."""

    __tablename__ = "notifications"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    data: Mapped[Json] = mapped_column(JSONB)
    actions: Mapped[list[Json]] = mapped_column(JSONB)
    # In the app: a password reset is for the mailbox only.
    shown: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    queue: Mapped[str] = mapped_column(String(10))
    channels: Mapped[list[str] | None] = mapped_column(ARRAY(String(10)))  # instead of the notice's own
    email: Mapped[str | None] = mapped_column(String(254))  # instead of the user's own address
    subject: Mapped[str | None] = mapped_column(String(80))  # what it is about: `order-…`
    actor_id: Mapped[str | None] = mapped_column(String(64))  # whose action caused it
    request_id: Mapped[str | None] = mapped_column(String(64))
    campaign_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    planned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    clicked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # by its user: staff see it
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_notifications_user_id", "user_id", "created_at", "id"),
        Index("ix_notifications_created_at", "created_at", "id"),
        Index(
            "ix_notifications_unread", "user_id",
            postgresql_where="read_at IS NULL AND shown AND deleted_at IS NULL",
        ),
        Index("ix_notifications_unplanned", "queue", "id", postgresql_where="planned_at IS NULL"),
        Index(
            "ix_notifications_campaign", "campaign_id", "user_id",
            unique=True, postgresql_where="campaign_id IS NOT NULL",
        ),
    )  # fmt: skip


class Delivery(Model):
    """One notification on one channel to one address outside of the app. States: see docs/notifications.md."""

    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    notification_id: Mapped[str] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str | None] = mapped_column(String(500))  # mail address, telephone number or device id
    queue: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(
        String(40)
    )  # why it is not simply on its way, by the last step
    steps: Mapped[list[Json]] = mapped_column(JSONB, server_default=text("'[]'"))  # all of them: see steps.py
    digest: Mapped[bool] = mapped_column(Boolean)
    unless_seen: Mapped[bool] = mapped_column(
        Boolean
    )  # a fallback: cancelled if the user has seen it by then
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(Integer)
    provider: Mapped[str | None] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(String(200))  # the provider's own id of it
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


class Attempt(Model):
    """One call of a provider. It is written before the call; `outcome` says how the call went, when it is known."""

    __tablename__ = "delivery_attempts"

    delivery_id: Mapped[str] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    milliseconds: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str | None] = mapped_column(String(12))  # sent, temporary, permanent, technical, unknown
    answer: Mapped[str | None] = mapped_column(String(300))


class Receipt(Model):
    """What a provider said about a delivery later."""

    __tablename__ = "delivery_receipts"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(30))  # in the provider's words
    detail: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Device(Model):
    """Where a user can be reached by push."""

    __tablename__ = "devices"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # fcm, webpush or expo
    token: Mapped[str] = mapped_column(String(1000))  # the registration, or a Web Push endpoint
    keys: Mapped[Json] = mapped_column(JSONB)  # Web Push: p256dh and auth
    name: Mapped[str | None] = mapped_column(String(120))
    session_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # with which it ends
    registered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # for the last time
    dropped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    dropped_because: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        UniqueConstraint("kind", "token"),
        Index("ix_devices_session_id", "session_id"),
    )


class Preferences(Model):
    """What a user wants to be told, where and when; who has no row wants everything."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    muted: Mapped[bool] = mapped_column(Boolean)
    off: Mapped[Json] = mapped_column(JSONB)  # {category: [channel]}
    digest: Mapped[Json] = mapped_column(JSONB)  # {category: "hourly" or "daily"}
    quiet_from: Mapped[time | None] = mapped_column(Time)  # in the user's own time zone
    quiet_until: Mapped[time | None] = mapped_column(Time)
    version: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Suppression(Model):
    """An address that gets nothing any more."""

    __tablename__ = "suppressions"

    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    address: Mapped[str] = mapped_column(String(500), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40))  # bounce, complaint, stop or invalid
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
