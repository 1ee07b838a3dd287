"""The audit log: every privileged or security-relevant action, recorded in the transaction of the action.

A trigger rejects updates and deletes of rows, except the sealing by core/audit/chain.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from structlog.contextvars import get_contextvars

from metaia.core import db
from metaia.core.times import now
from metaia.extensions import Model


class AuditEntry(Model):
    """One action. `number` and `hash` are null until a job seals the entry, seconds later."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    action: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[str | None] = mapped_column(String(64))
    actor_role: Mapped[str | None] = mapped_column(String(16))
    impersonator_id: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(80))
    before: Mapped[Any] = mapped_column(JSONB, nullable=True)
    after: Mapped[Any] = mapped_column(JSONB, nullable=True)
    address: Mapped[str | None] = mapped_column(String(45))
    request_id: Mapped[str | None] = mapped_column(String(64))
    number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_audit_log_at", "at", "id"),
        Index("ix_audit_log_subject", "subject", "id"),
        Index("ix_audit_log_actor_id", "actor_id", "id"),
        Index("ix_audit_log_unsealed", "id", postgresql_where="number IS NULL"),
    )


def record(
    action: str,
    *,
    subject: str | None = None,
    before: Any = None,
    after: Any = None,
    user: tuple[str, str] | None = None,
) -> None:
    """Add an entry to the running transaction. `subject` names the changed object: `user-{id}`, `order-{id}`.

    The entry's actor is the request's actor, or `user` (id, role) if the request has none yet. `before` and `after`
    must not contain secrets.
    """
    caller = g.get("actor") if has_request_context() else None
    actor_id, actor_role = user or ((caller.id, caller.role) if caller else (None, None))
    db.append(
        AuditEntry,
        at=now(),
        action=action,
        actor_id=actor_id,
        actor_role=actor_role,
        impersonator_id=caller.impersonator if caller else None,
        subject=subject,
        before=before,
        after=after,
        address=request.remote_addr if has_request_context() else None,
        request_id=get_contextvars().get("request_id"),
    )
