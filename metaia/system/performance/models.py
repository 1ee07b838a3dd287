"""The table of durations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Float, Integer, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class PerformanceMinute(Model):
    """What all processes have observed of one kind and name in one minute: numbers per bucket of `metrics.BOUNDS`."""

    __tablename__ = "performance_minutes"

    minute: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    errors: Mapped[int] = mapped_column(Integer)
    worst: Mapped[float] = mapped_column(Float)  # seconds
    counts: Mapped[list[int]] = mapped_column(ARRAY(Integer))
