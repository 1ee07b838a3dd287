"""Table of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Index, Integer, LargeBinary, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

MAX_ERROR_LENGTH = 300  # characters


class WebhookRow(Model):
    """One call of a vendor.

    It is pending while `due_at` is set. Without `due_at` it is processed if `digested_at` is set, else in quarantine.
    `type`, `subject` and `facts` are what it stated, in the vendor's words; `effects` is what its processing has
    changed. They stay when `body`, which has personal data, goes.
    """

    __tablename__ = "webhook_inbox"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    source: Mapped[str] = mapped_column(String(40))  # name of the vendor
    key: Mapped[str] = mapped_column(String(128))  # the same for each repetition of a call
    query: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)  # the stored_headers of the vendor; no signature
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    digested_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(MAX_ERROR_LENGTH))
    type: Mapped[str | None] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(80))
    facts: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    effects: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    replayed: Mapped[int] = mapped_column(Integer, server_default=text("0"))

    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index("ix_webhook_inbox_undigested", "due_at", postgresql_where="digested_at IS NULL"),
        Index("ix_webhook_inbox_received_at", "received_at"),
        Index("ix_webhook_inbox_source", "source", "received_at", "id"),
        Index("ix_webhook_inbox_subject", "subject", postgresql_where="subject IS NOT NULL"),
        Index(
            "ix_webhook_inbox_facts",
            "facts",
            postgresql_using="gin",
            postgresql_ops={"facts": "jsonb_path_ops"},
        ),
    )
