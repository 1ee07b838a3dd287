"""Tables of media."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

PART_SIZE = 256 * 1024  # bytes; one part never makes the event loop wait for long
MAX_ERROR_LENGTH = 300  # characters


class MediaRow(Model):
    """One file. `renditions` maps a variant (full, large, …) to its key, content type, size, width and height.

    `charged` are the bytes counted in its owner's quota; `due_at` is the time of the next sweep; `tries` are those of
    the processing job. `incoming_key` is the store's key of bytes that the client has sent to the store itself.
    `purged_at` is the time at which no store had its bytes any more.
    """

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    owner_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(10))
    folder: Mapped[str] = mapped_column(String(10))
    visibility: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))  # the error code of a rejection
    filename: Mapped[str] = mapped_column(String(200))
    alt: Mapped[str | None] = mapped_column(String(500))
    content_type: Mapped[str] = mapped_column(String(100))
    store: Mapped[str] = mapped_column(String(12))  # the STORAGE that has its bytes
    key: Mapped[str | None] = mapped_column(String(64), unique=True)  # common prefix of the renditions' keys
    incoming_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    size: Mapped[int | None] = mapped_column(BigInteger)  # bytes, as uploaded
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)  # of the bytes as uploaded
    width: Mapped[int | None] = mapped_column(Integer)  # pixels, upright
    height: Mapped[int | None] = mapped_column(Integer)
    duration: Mapped[float | None] = mapped_column(Float)  # seconds, measured
    placeholder: Mapped[str | None] = mapped_column(String(60))  # a ThumbHash in base64
    renditions: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    charged: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    purged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint(
            "status <> 'ready' OR (size IS NOT NULL AND sha256 IS NOT NULL AND renditions IS NOT NULL)",
            name="ready_is_complete",
        ),
        CheckConstraint("kind = 'image' OR visibility = 'private'", name="only_images_are_public"),
        CheckConstraint("sha256 IS NULL OR octet_length(sha256) = 32", name="sha256_length"),
        Index("ix_media_due_at", "due_at", postgresql_where="due_at IS NOT NULL"),
        Index("ix_media_owner_id", "owner_id", "created_at", "id"),
        Index("ix_media_created_at", "created_at", "id"),
        Index(
            "ix_media_due_of_owner",
            "owner_id",
            postgresql_where="due_at IS NOT NULL AND status <> 'deleted'",
        ),
    )


class MediaPartRow(Model):
    """PART_SIZE bytes of a file that came through the server and is not processed yet."""

    __tablename__ = "media_parts"

    media_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("media.id", ondelete="CASCADE"), primary_key=True
    )
    no: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class MediaUseRow(Model):
    """A media object is attached to a subject, such as `order-{id}` or `user-{id}`."""

    __tablename__ = "media_uses"

    media_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("media.id", ondelete="RESTRICT"), primary_key=True
    )
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))  # what it is there: avatar, item, …
    position: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_media_uses_subject", "subject"),)


class MediaUsageRow(Model):
    """How much a user stores, and may store: NULL is the limit of the role (quotas/policy.py).

    Only uploads check the limits, in the WHERE of their UPDATE.
    """

    __tablename__ = "media_usage"

    user_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    bytes: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[int] = mapped_column(Integer)
    limit_bytes: Mapped[int | None] = mapped_column(BigInteger)
    limit_files: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("bytes >= 0 AND files >= 0", name="not_negative"),)


class MediaTrashRow(Model):
    """A key that must be deleted from a store, of a deleted media object or of unfinished work.

    A row is deleted once the store has confirmed. `deleted_at` is therefore always NULL; core/work_queue.py needs it.
    """

    __tablename__ = "media_trash"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    media_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    store: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(200))
    public: Mapped[bool]  # whether caches may have copies
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(MAX_ERROR_LENGTH))

    __table_args__ = (
        Index("ix_media_trash_due_at", "due_at"),
        Index("ix_media_trash_media_id", "media_id"),
        Index("ix_media_trash_key", "key"),
    )
