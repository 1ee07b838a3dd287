"""The table of follows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class FollowRow(Model):
    """A user follows a partner. Triggers count the rows of a partner in `follower_totals`."""

    __tablename__ = "follows"

    follower_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("follower_id <> partner_id", name="another"),
        Index("ix_follows_partner_id", "partner_id", "created_at", "follower_id"),
        Index("ix_follows_follower_id", "follower_id", "created_at", "partner_id"),
    )
