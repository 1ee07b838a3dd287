"""Tables of getting in: sessions, proofs sent by mail, second factors, and delays after failures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Double, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class Session(Model):
    """One login on one device: a family of refresh tokens, of which only the latest is valid."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    refresh_jti: Mapped[str] = mapped_column(String(40))  # empty where a cookie stands for it: staff's pages
    device: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(45))
    impersonator_id: Mapped[str | None] = mapped_column(String(36))  # staff, who look and change nothing
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_because: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        Index("ix_sessions_user_id", "user_id"),
        Index("ix_sessions_ended_at", "ended_at", postgresql_where="ended_at IS NOT NULL"),
        Index("ix_sessions_open", "used_at", postgresql_where="ended_at IS NULL"),
        Index(
            "ix_sessions_impersonator_id", "impersonator_id", postgresql_where="impersonator_id IS NOT NULL"
        ),
    )


class Proof(Model):
    """A link sent by mail: whoever has it reads that mail. Its token is made from `id` and never stored."""

    __tablename__ = "proofs"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_proofs_user_id", "user_id", "purpose"),)


class SecondFactor(Model):
    """A user's TOTP secret (RFC 6238), encrypted; in force once a code has confirmed it."""

    __tablename__ = "second_factors"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)  # a code works once
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecoveryCode(Model):
    """One use of an account without its second factor."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LoginDelay(Model):
    """Failures of an account, an address, or an account from an address, and until when it must wait.

    `failures` is what is remembered of them: it becomes less with time (see auth/lockout/policy.py).
    """

    __tablename__ = "login_delays"

    subject: Mapped[str] = mapped_column(String(200), primary_key=True)
    failures: Mapped[float] = mapped_column(Double)
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
