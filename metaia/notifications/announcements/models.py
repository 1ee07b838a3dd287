"""Tables of announcements."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, Index, Integer, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.core.json import Json
from metaia.extensions import Model

UNPUBLISHED = "published_at IS NULL AND revoked_at IS NULL"
CURRENT = "published_at IS NOT NULL AND revoked_at IS NULL"


class AnnouncementRow(Model):
    """An announcement to everyone if neither `roles` nor `user_ids` is set.

    With `store` its users get a notification too, in the order of their ids; `stored_to` is the last of them, and
    `store_at` the time of the next batch.
    """

    __tablename__ = "announcements"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    roles: Mapped[list[str] | None] = mapped_column(ARRAY(String(16)))
    user_ids: Mapped[list[str] | None] = mapped_column(ARRAY(Uuid(as_uuid=False)))
    level: Mapped[str] = mapped_column(String(12))
    content: Mapped[Json] = mapped_column(JSONB)  # {language: {title, message}}
    link: Mapped[str | None] = mapped_column(String(500))
    dismissible: Mapped[bool] = mapped_column(Boolean)
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    store: Mapped[bool] = mapped_column(Boolean)
    recipients: Mapped[int] = mapped_column(Integer)  # users in the audience when it was sent
    stored: Mapped[int] = mapped_column(Integer)
    stored_to: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    store_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # None: by the service itself
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_announcements_created_at", "created_at", "id"),
        Index("ix_announcements_created_by", "created_by", "created_at"),
        Index("ix_announcements_starts_at", "starts_at", postgresql_where=text(UNPUBLISHED)),
        Index("ix_announcements_ends_at", "ends_at", postgresql_where=text(CURRENT)),
        Index("ix_announcements_store_at", "store_at", postgresql_where=text("store_at IS NOT NULL")),
    )


class DismissalRow(Model):
    """A user has dismissed an announcement. Other users of its audience have no row."""

    __tablename__ = "announcement_dismissals"

    announcement_id: Mapped[str] = mapped_column(
        ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_announcement_dismissals_user_id", "user_id", "at"),)
