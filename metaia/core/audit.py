"""The audit log: every privileged or security-relevant action, in the transaction of the action itself.

Rows are only added; a trigger refuses everything else but their sealing. `seal` numbers committed rows and chains them
by hashes, so whoever changes, removes or inserts one later breaks the chain from there on, and `verify` says where.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import orjson
from flask import g, has_request_context, request
from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, String, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from structlog.contextvars import get_contextvars

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now, rfc3339
from metaia.extensions import Model

GENESIS = bytes(32)
BATCH = 1_000
_LOCK = 0x41554449  # "AUDI": one seals at a time


class AuditEntry(Model):
    """One action. `number` and `hash` are empty until it is sealed, seconds later."""

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


COVERED = (
    "id", "at", "action", "actor_id", "actor_role", "impersonator_id", "subject", "before", "after", "address",
    "request_id",
)  # fmt: skip
_table = AuditEntry.__table__


def record(
    action: str,
    *,
    subject: str | None = None,
    before: Any = None,
    after: Any = None,
    user: tuple[str, str] | None = None,
) -> None:
    """Add an entry to the running transaction. `subject` names what it was done to, as `user-…` or `order-…`.

    Who did it is the request's actor, or `user` (id, role) where a request has none yet. Never give it a secret.
    """
    who = g.get("actor") if has_request_context() else None
    actor_id, actor_role = user or ((who.id, who.role) if who else (None, None))
    db.append(
        AuditEntry,
        at=now(),
        action=action,
        actor_id=actor_id,
        actor_role=actor_role,
        impersonator_id=who.impersonator if who else None,
        subject=subject,
        before=before,
        after=after,
        address=request.remote_addr if has_request_context() else None,
        request_id=get_contextvars().get("request_id"),
    )


def seal() -> int:
    """Number and chain the committed entries that are not yet; return how many."""
    with db.transaction():
        db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        last = db.fetch_one(
            select(_table.c.number, _table.c.hash)
            .where(_table.c.number.is_not(None))
            .order_by(_table.c.number.desc())
            .limit(1)
        )
        number, chained = (last.number, last.hash) if last else (0, GENESIS)
        rows = db.fetch_all(
            select(_table).where(_table.c.number.is_(None)).order_by(_table.c.id).limit(BATCH)
        )
        for row in rows:
            number, chained = number + 1, digest(chained, row)
            db.execute(
                text("UPDATE audit_log SET number = :number, hash = :hash WHERE id = :id"),
                {"number": number, "hash": chained, "id": row.id},
            )
    return len(rows)


def digest(previous: bytes, row: AnyRow) -> bytes:
    """Return the hash of an entry: SHA-256 over the previous one's and all that the entry says."""
    said = {name: getattr(row, name) for name in COVERED} | {"at": rfc3339(row.at)}
    return hashlib.sha256(previous + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()


def verify() -> tuple[int, str | None]:
    """Return how many sealed entries hold, and what is wrong with the next one (None: nothing)."""
    number, chained = 0, GENESIS
    while True:
        rows = db.fetch_all(
            select(_table).where(_table.c.number > number).order_by(_table.c.number).limit(BATCH)
        )
        for row in rows:
            if row.number != number + 1:
                return number, f"entry {number + 1} is missing"
            chained = digest(chained, row)
            if row.hash != chained:
                return number, f"entry {row.number} was changed"
            number = row.number
        if len(rows) < BATCH:
            return number, None
