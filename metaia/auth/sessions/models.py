"""The table of sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class Session(Model):
    """One login on one device: a family of refresh tokens, of which only the latest is valid."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    refresh_jti: Mapped[str] = mapped_column(String(40))  # empty in a cookie session (staff's pages)
    previous_jti: Mapped[str | None] = mapped_column(String(40))  # of the token that the latest one replaced
    rotated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # when it did
    attempt_hash: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # SHA-256 of the client's `attemptId` then
    device: Mapped[str | None] = mapped_column(String(200))  # the User-Agent header
    address: Mapped[str | None] = mapped_column(String(45))  # of the last login or refresh
    impersonator_id: Mapped[str | None] = mapped_column(
        String(36)
    )  # member of staff; the session is read-only
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_because: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        Index("ix_sessions_user_id", "user_id"),
        Index("ix_sessions_ended_at", "ended_at", postgresql_where="ended_at IS NOT NULL"),
        Index("ix_sessions_open", "used_at", postgresql_where="ended_at IS NULL"),
        Index(
            "ix_sessions_impersonator_id", "impersonator_id", postgresql_where="impersonator_id IS NOT NULL"
        ),
    )
