"""The table of reports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class ChatReportRow(Model):
    """A user reports a message, a conversation or a user; staff decides."""

    __tablename__ = "chat_reports"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    reporter_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))  # the reported one
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))  # open, closed
    action: Mapped[str | None] = mapped_column(String(20))  # of the decision
    decision_note: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("num_nonnulls(message_id, conversation_id, user_id) > 0", name="subject"),
        CheckConstraint("(status = 'closed') = (action IS NOT NULL)", name="decision"),
        Index("ix_chat_reports_created_at", "created_at", "id"),
        Index("ix_chat_reports_reporter_id", "reporter_id", "created_at"),
        Index("ix_chat_reports_message_id", "message_id", postgresql_where="message_id IS NOT NULL"),
    )
