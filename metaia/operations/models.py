"""Tables of bulk operations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

STATES = "state IN ('queued', 'running', 'paused', 'completed', 'cancelled')"
ITEM_STATES = "state IN ('waiting', 'done', 'failed', 'cancelled')"
ENDED = "ended_at IS NOT NULL"


class OperationRow(Model):
    """An operation and its progress. Its items are fixed when it is created."""

    __tablename__ = "operations"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    action: Mapped[str] = mapped_column(String(20))
    filter: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # null: ids were given
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    actor_role: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(10))
    ended_because: Mapped[str | None] = mapped_column(String(20))
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    failed: Mapped[int] = mapped_column(Integer)
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # when the job has work for it
    published_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True)
    )  # latest `system:operation`
    began_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint(STATES, name="state"),
        CheckConstraint("done >= 0 AND failed >= 0 AND done + failed <= total", name="counts"),
        Index("ix_operations_created_at", "created_at", "id"),
        Index("ix_operations_actor_id", "actor_id", "created_at", "id"),
        Index("ix_operations_next_at", "next_at", postgresql_where="next_at IS NOT NULL"),
        Index("ix_operations_ended_at", "ended_at", postgresql_where=text(ENDED)),
    )


class OperationItemRow(Model):
    """An order or a user of an operation, with the result. The result commits with what was done."""

    __tablename__ = "operation_items"

    operation_id: Mapped[str] = mapped_column(
        ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    error: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    before: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    after: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint(ITEM_STATES, name="state"),
        CheckConstraint("(state = 'failed') = (error IS NOT NULL)", name="error"),
        Index(
            "ix_operation_items_waiting",
            "operation_id",
            "item_id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_operation_items_failed", "operation_id", "item_id", postgresql_where=text("state = 'failed'")
        ),
    )
