"""Tables of outgoing webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

ID, TIME = Uuid(as_uuid=False), DateTime(timezone=True)
LONGEST_ERROR, LONGEST_RESPONSE = 300, 500  # characters
WAITING = "state = 'pending'"


class EndpointRow(Model):
    """An address that a user has chosen for events. Its secrets are encrypted.

    It collects events after the position `since` while it is active. `paused_at` is since when it collects none after
    it did; then `paused_because` is the reason. `failing_since` is the first failure after which no call succeeded.
    """

    __tablename__ = "webhook_endpoints"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    url: Mapped[str] = mapped_column(String(2000))
    host: Mapped[str] = mapped_column(String(300))  # with the port
    description: Mapped[str | None] = mapped_column(String(200))
    events: Mapped[list[str]] = mapped_column(ARRAY(String(120)))  # patterns
    ordering: Mapped[str] = mapped_column(String(10))
    api_version: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    verified_at: Mapped[datetime | None] = mapped_column(TIME)
    paused_at: Mapped[datetime | None] = mapped_column(TIME)
    paused_because: Mapped[str | None] = mapped_column(String(20))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    previous_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_until: Mapped[datetime | None] = mapped_column(TIME)
    since: Mapped[int] = mapped_column(BigInteger)
    failing_since: Mapped[datetime | None] = mapped_column(TIME)
    noticed_at: Mapped[datetime | None] = mapped_column(TIME)  # its owner was notified of the failures
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(TIME)
    updated_at: Mapped[datetime] = mapped_column(TIME)

    __table_args__ = (
        Index("ix_webhook_endpoints_owner_id", "owner_id", "id"),
        Index("ix_webhook_endpoints_created_at", "created_at", "id"),
        Index("ix_webhook_endpoints_active", "id", postgresql_where="state = 'active'"),
        CheckConstraint("state IN ('unverified', 'active', 'disabled')", name="state"),
        CheckConstraint("ordering IN ('subject', 'none')", name="ordering"),
    )


class MessageRow(Model):
    """One event for one endpoint. The event itself stays in the log; `payload` is of messages without an event.

    A pending message is due at `due_at`, unless a worker has it until `leased_until`. `room` is the room by which the
    endpoint's owner gets the event: once the room has lost the event, the message is cancelled.
    """

    __tablename__ = "webhook_messages"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    event_id: Mapped[str] = mapped_column(ID)
    position: Mapped[int] = mapped_column(BigInteger)
    room: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str | None] = mapped_column(String(80))
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(SmallInteger)
    due_at: Mapped[datetime] = mapped_column(TIME)
    leased_until: Mapped[datetime | None] = mapped_column(TIME)
    status: Mapped[int | None] = mapped_column(SmallInteger)  # of the last answer
    error: Mapped[str | None] = mapped_column(String(LONGEST_ERROR))
    created_at: Mapped[datetime] = mapped_column(TIME)  # of the event
    done_at: Mapped[datetime | None] = mapped_column(TIME)

    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_id"),
        Index("ix_webhook_messages_due", "endpoint_id", "due_at", "position", postgresql_where=WAITING),
        Index("ix_webhook_messages_due_at", "due_at", postgresql_where=WAITING),
        Index("ix_webhook_messages_subject", "endpoint_id", "subject", "position", postgresql_where=WAITING),
        Index("ix_webhook_messages_leased", "leased_until", postgresql_where="leased_until IS NOT NULL"),
        Index("ix_webhook_messages_listed", "endpoint_id", "created_at", "id"),
        Index("ix_webhook_messages_created_at", "created_at"),
        CheckConstraint("state IN ('pending', 'delivered', 'failed', 'cancelled')", name="state"),
    )


class AttemptRow(Model):
    """One call of a receiver, with the beginning of its answer. Without `status` there was no answer."""

    __tablename__ = "webhook_attempts"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("webhook_messages.id", ondelete="CASCADE"))
    endpoint_id: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime] = mapped_column(TIME)
    ms: Mapped[int] = mapped_column(Integer)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    error: Mapped[str | None] = mapped_column(String(LONGEST_ERROR))
    response: Mapped[str | None] = mapped_column(String(LONGEST_RESPONSE))

    __table_args__ = (
        Index("ix_webhook_attempts_message_id", "message_id", "at"),
        Index("ix_webhook_attempts_endpoint_id", "endpoint_id", "at"),
    )


class WebhookCursorRow(Model):
    """One row: how far the log was read for all endpoints together."""

    __tablename__ = "webhook_cursor"
    __table_args__ = (CheckConstraint("single", name="only_one"),)

    single: Mapped[bool] = mapped_column(Boolean, primary_key=True, default=True)
    epoch: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime] = mapped_column(TIME)
