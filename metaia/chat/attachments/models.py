"""The table of attachments."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class MessageAttachmentRow(Model):
    """A file of a message, at a place from 0. The conversation and `seq` are those of its message."""

    __tablename__ = "message_attachments"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    media_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("media.id", ondelete="RESTRICT"))
    conversation_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    seq: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index("ix_message_attachments_media_id", "media_id"),
        Index("ix_message_attachments_conversation_id", "conversation_id", "seq"),
    )
