"""The table of settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class ChatSettingsRow(Model):
    """What a user shows to others in chat, and which customers may write to a partner. Without a row: the defaults."""

    __tablename__ = "chat_settings"

    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"), primary_key=True)
    read_receipts: Mapped[bool] = mapped_column(Boolean)
    typing: Mapped[bool] = mapped_column(Boolean)
    presence: Mapped[str] = mapped_column(String(10))  # everybody, nobody
    who_may_write: Mapped[str] = mapped_column(String(20))  # anyone, customers_only
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
