"""The table of imports that jobs run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

UNFINISHED = "finished_at IS NULL"


class ImportRow(Model):
    """An import of a file with `total` rows into the catalogue of a partner, of which `done` rows are worked off.

    `content` is the file, compressed by zlib, until the import ends. At its end it has a `result`, or a `problem` that
    ended it. `due_at`, `tries` and `error` are those of a work queue.
    """

    __tablename__ = "product_imports"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    requested_by: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    role: Mapped[str] = mapped_column(String(16))  # of the user that has requested it
    mode: Mapped[str] = mapped_column(String(10))
    dry_run: Mapped[bool] = mapped_column(Boolean)
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        Index("ix_product_imports_partner_id", "partner_id", "created_at", "id"),
        Index("ix_product_imports_created_at", "created_at"),
        # At most one for each partner.
        Index("ix_product_imports_unfinished", "partner_id", unique=True, postgresql_where=UNFINISHED),
        Index("ix_product_imports_due", "due_at", postgresql_where=UNFINISHED),
    )
