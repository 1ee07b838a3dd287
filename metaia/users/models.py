"""The table of users."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, DateTime, Index, Integer, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

WORDS = "(name || ' ') || email"  # as PostgreSQL writes it; what a search across domains finds users by


class User(Model):
    """A user with one role. `email` is canonical; `inactive_because` is NULL while `active` (see state.py)."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(64))  # as typed
    phone_e164: Mapped[str | None] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(16))
    active: Mapped[bool] = mapped_column(Boolean)
    inactive_because: Mapped[str | None] = mapped_column(String(20))
    avatar: Mapped[str | None] = mapped_column(String(500))  # see pictures.py
    locale: Mapped[str] = mapped_column(String(20), default="en", server_default="en")  # BCP 47
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC", server_default="UTC")  # IANA
    email_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_users_role", "role"),
        Index("ix_users_created_at", "created_at", "id"),
        Index("ix_users_phone_e164", "phone_e164", postgresql_where="phone_e164 IS NOT NULL"),
        Index("ix_users_words", text(f"to_tsvector('simple', {WORDS})"), postgresql_using="gin"),
        Index("ix_users_deleted", "id", postgresql_where="inactive_because = 'deleted'"),
    )
