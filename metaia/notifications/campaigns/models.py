"""Table of campaigns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Index, Integer, String, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class CampaignRow(Model):
    """A campaign and its progress. Users are notified in the order of their ids, and `reached` is the last of them."""

    __tablename__ = "campaigns"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    channels: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    audience: Mapped[dict[str, Any]] = mapped_column(JSONB)
    scheduled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rate_per_minute: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)
    reached: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    recipients: Mapped[int] = mapped_column(Integer)
    total: Mapped[int | None] = mapped_column(Integer)  # size of the audience when the campaign began
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # when the job has work for it
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # latest `campaign:progress`
    began_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    type: Mapped[str] = mapped_column(String(40), server_default="campaign")  # of its notifications
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")  # more of theirs
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_campaigns_created_at", "created_at", "id"),
        Index("ix_campaigns_created_by", "created_by", "type", "created_at"),
        Index("ix_campaigns_next_at", "next_at", postgresql_where="next_at IS NOT NULL"),
    )
