"""The inbox: webhooks as they came, kept before anybody looks into them.

A call is answered once its row is committed. A job digests it later, and looks for its work in this table, so that
nothing is lost with a job or a Redis. What cannot be digested is tried again after each of PAUSES, and is then left for
staff: in quarantine.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    DateTime,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.extensions import Model
from metaia.jobs import registry as job_registry

# Seconds before the next try. A call whose worker died is tried again after the same pause.
PAUSES = (5, 30, 120, 600, 3600, 10800)
LONGEST = 300  # characters of an error
COUNTED_UNTIL = 1000


class Inbox(Model):
    """One call of a vendor. It waits while it has a `due_at`; without one it is digested, or in quarantine."""

    __tablename__ = "webhook_inbox"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(128))  # the same for the same call, however often it comes
    query: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)  # those that say something; no signatures
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    digested_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(LONGEST))

    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index("ix_webhook_inbox_undigested", "due_at", postgresql_where="digested_at IS NULL"),
        Index("ix_webhook_inbox_received_at", "received_at"),
    )


# Past the last pause the array has nothing, and NULL is what quarantine looks like.
CLAIM = text(
    """
    UPDATE webhook_inbox SET tries = tries + 1,
        due_at = CAST(:now AS timestamptz) + make_interval(secs => (CAST(:pauses AS float[]))[tries + 1])
    WHERE id IN (
        SELECT id FROM webhook_inbox WHERE digested_at IS NULL AND due_at <= :now
        ORDER BY due_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING id
    """
)
AGAIN = text(
    "UPDATE webhook_inbox SET due_at = :now, tries = 0 WHERE id = :id AND due_at IS NULL AND digested_at IS NULL"
)
STATES = text(
    f"""
    SELECT count(due_at) AS waiting, count(*) - count(due_at) AS quarantined
    FROM (SELECT due_at FROM webhook_inbox WHERE digested_at IS NULL LIMIT {COUNTED_UNTIL}) AS undigested
    """  # noqa: S608 - a number of our own
)


def keep(source: str, key: str, *, query: str, headers: dict[str, str], body: bytes) -> bool:
    """Keep a verified call, and wake the jobs; return False for one that is there already."""
    moment = now()
    row = insert(Inbox).values(
        id=new_id(), source=source, key=key, query=query, headers=headers, body=body,
        received_at=moment, due_at=moment, tries=0,
    )  # fmt: skip
    with db.transaction():
        new = bool(db.execute(row.on_conflict_do_nothing()).rowcount)
        if new:
            job_registry.wake_on_commit()
    return new


def due() -> int:
    """Return how many calls wait to be digested now; counts end at 1,000."""
    waiting = select(Inbox.id).where(Inbox.digested_at.is_(None), Inbox.due_at <= now()).limit(COUNTED_UNTIL)
    return int(db.fetch_value(select(func.count()).select_from(waiting.subquery())))


def claim(limit: int) -> list[str]:
    """Return the ids of calls to digest, the oldest first; if nobody settles them they are due again."""
    with db.transaction():
        values = {"now": now(), "pauses": list(PAUSES), "limit": limit}
        return sorted(row.id for row in db.execute(CLAIM, values))


def open_(call_id: str) -> AnyRow | None:
    """Return a call that is not digested, locked; None if it is, or if somebody else is at it."""
    query = select(Inbox.__table__).where(Inbox.id == call_id, Inbox.digested_at.is_(None))
    return db.fetch_one(query.with_for_update(skip_locked=True))


def settle(call_id: str, missing: str | None) -> None:
    """Say in the running transaction that a call is digested, or what is `missing`: then it is tried again."""
    changes = (
        {"digested_at": now(), "due_at": None, "error": None}
        if missing is None
        else {"error": missing[:LONGEST]}
    )
    db.execute(update(Inbox).where(Inbox.id == call_id, Inbox.digested_at.is_(None)).values(**changes))


def again(call_id: str) -> bool:
    """Let a call out of quarantine, in the running transaction; return whether it was there."""
    freed = bool(db.execute(AGAIN, {"id": call_id, "now": now()}).rowcount)
    if freed:
        job_registry.wake_on_commit()
    return freed


def states() -> dict[str, int]:
    """Return how many calls are waiting and quarantined; the count ends at 1,000."""
    row = db.fetch_all(STATES)[0]
    return {"waiting": row.waiting, "quarantined": row.quarantined}


def forget(digested: timedelta, quarantined: timedelta) -> int:
    """Delete calls that were received so long ago; return how many."""
    moment = now()
    old = (Inbox.digested_at.is_not(None) & (Inbox.received_at < moment - digested)) | (
        Inbox.due_at.is_(None) & (Inbox.received_at < moment - quarantined)
    )
    return db.execute(delete(Inbox).where(old)).rowcount
