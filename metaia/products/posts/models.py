"""The table of posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, ForeignKeyConstraint, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class PostRow(Model):
    """A post of a partner, which never changes. `campaign_id` is that of the notifications of its followers, if any."""

    __tablename__ = "partner_posts"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    product_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    media_ids: Mapped[list[str]] = mapped_column(JSONB)
    campaign_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        ForeignKeyConstraint(["partner_id", "product_id"], ["products.partner_id", "products.id"]),
        Index("ix_partner_posts_partner_id", "partner_id", "created_at", "id"),
    )
