"""Table of devices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class DeviceRow(Model):
    """A device, or a browser, on which a user gets push messages until it is dropped."""

    __tablename__ = "devices"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # fcm, webpush or expo
    token: Mapped[str] = mapped_column(String(1000))  # of the push service; for Web Push the endpoint
    keys: Mapped[dict[str, Any]] = mapped_column(JSONB)  # for Web Push: p256dh and auth
    name: Mapped[str | None] = mapped_column(String(120))
    session_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # the device is dropped when it ends
    registered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # the latest registration
    dropped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    dropped_because: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        UniqueConstraint("kind", "token"),
        Index("ix_devices_session_id", "session_id"),
    )
