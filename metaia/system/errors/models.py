"""Tables of errors and of the releases in which they occurred."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, Index, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, BIT
from sqlalchemy.orm import Mapped, mapped_column

from metaia.core.observing.exceptions import USER_BITS
from metaia.extensions import Model


class ErrorRow(Model):
    """One fingerprint. `users` is a sketch: a bit per hash of a user's id, from which their number is estimated.

    `announce` states that admins must be notified of it, `announced_at` when they were.
    """

    __tablename__ = "errors"

    fingerprint: Mapped[str] = mapped_column(String(16), primary_key=True)
    type: Mapped[str] = mapped_column(String(200))
    function: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(String(500))
    stack: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(BigInteger)
    users: Mapped[str] = mapped_column(BIT(USER_BITS))
    request_ids: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    release: Mapped[str] = mapped_column(String(100))
    first_seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(String(8))
    resolved_release: Mapped[str | None] = mapped_column(String(100))
    announce: Mapped[bool] = mapped_column(Boolean)
    announced_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("state IN ('open', 'resolved', 'ignored')", name="state"),
        Index("ix_errors_last_seen", "last_seen", "fingerprint"),
    )


class ReleaseRow(Model):
    """A release that has run, and when it first did: the order of releases."""

    __tablename__ = "releases"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    first_seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))
