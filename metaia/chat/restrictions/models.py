"""Tables of blocks and restrictions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class ChatBlockRow(Model):
    """A user does not want messages of another one."""

    __tablename__ = "chat_blocks"

    blocker_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"), primary_key=True)
    blocked_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("blocker_id <> blocked_id", name="others"),
        Index("ix_chat_blocks_blocked_id", "blocked_id"),
    )


class ChatRestrictionRow(Model):
    """Staff forbids a user to write, until a time or, with NULL, for good."""

    __tablename__ = "chat_restrictions"

    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"), primary_key=True)
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
