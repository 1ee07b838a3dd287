"""Table of replays that jobs run, and of those that were run for real."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, Index, Integer, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class ReplayRow(Model):
    """A replay of the calls `calls`; those in `left` are still to do, and `result` is that of the others.

    It is pending while `due_at` is set. Without `due_at` it is done if `done_at` is set, else it has failed.
    """

    __tablename__ = "webhook_replays"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    dry_run: Mapped[bool] = mapped_column(Boolean)
    calls: Mapped[list[str]] = mapped_column(JSONB)
    left: Mapped[list[str]] = mapped_column(JSONB)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    requested_by: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        Index("ix_webhook_replays_undone", "due_at", postgresql_where="done_at IS NULL"),
        Index("ix_webhook_replays_created_at", "created_at"),
    )
