"""Table of notification preferences."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import Boolean, DateTime, ForeignKey, Integer, Time
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.core.json import Json
from metaia.extensions import Model


class PreferencesRow(Model):
    """The preferences of a user. A user without a row gets all notifications at once, on all channels."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    muted: Mapped[bool] = mapped_column(Boolean)
    off: Mapped[Json] = mapped_column(JSONB)  # {category: [channel]}
    digest: Mapped[Json] = mapped_column(JSONB)  # {category: "hourly" or "daily"}
    quiet_from: Mapped[time | None] = mapped_column(Time)  # local time in the user's time zone
    quiet_until: Mapped[time | None] = mapped_column(Time)
    version: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
