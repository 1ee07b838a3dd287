"""The hash chain of the audit log: sealing gives an entry a number and a hash of its content and the previous hash.

Changing, removing or inserting an entry breaks the chain from that entry on. Truncation, and a chain that was computed
again, are detected with a head that was stored elsewhere: `seal` logs the head, `flask audit head` prints it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Self

import orjson
import structlog
from sqlalchemy import func, select

from metaia.core import db
from metaia.core.audit.log import AuditEntry
from metaia.core.db import AnyRow
from metaia.core.times import rfc3339

BATCH = 1_000
_LOCK = 0x41554449  # "AUDI"; the advisory lock of sealing
_COVERED = (
    "id", "at", "action", "actor_id", "actor_role", "impersonator_id", "subject", "before", "after", "address",
    "request_id",
)  # fmt: skip
_table = AuditEntry.__table__
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Head:
    """The last entry of the chain, as `number:hash`."""

    number: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the head of a text `number:hash`. Raises ValueError."""
        match = _HEAD.fullmatch(text)
        if match is None:
            raise ValueError("a head is a number, a colon and 64 hexadecimal digits")
        return cls(int(match[1]), bytes.fromhex(match[2]))


EMPTY = Head(0, bytes(32))


def head() -> Head:
    """Return the last entry of the chain."""
    sealed = select(_table.c.number, _table.c.hash).where(_table.c.number.is_not(None))
    last = db.fetch_one(sealed.order_by(_table.c.number.desc()).limit(1))
    return Head(last.number, last.hash) if last else EMPTY


def unsealed_count() -> int:
    """Return the number of entries that are not sealed yet. If it grows, the worker does not run."""
    return int(db.fetch_value(select(func.count()).where(_table.c.number.is_(None))))


def seal() -> int:
    """Seal the next committed entries, at most BATCH; return their number."""
    with db.transaction():
        db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        last = head()
        # A transaction may commit after entries with higher ids were sealed, so numbers follow the order of sealing.
        unsealed = select(_table).where(_table.c.number.is_(None)).order_by(_table.c.id).limit(BATCH)
        rows = db.fetch_all(unsealed)
        for row in rows:
            last = _extend(last, row)
            db.change(AuditEntry, id=row.id, number=last.number, hash=last.hash)
    if rows:
        log.info(
            "audit log sealed", entries=len(rows), head=str(last)
        )  # evidence in the logs, outside the database
    return len(rows)


def verify(kept: Head = EMPTY) -> tuple[Head, str | None]:
    """Return the last valid entry, and the problem of the entry after it (None if the chain is valid).

    `kept` is an earlier head, which must still be part of the chain.
    """
    last = EMPTY
    while rows := _after(last.number):
        for row in rows:
            following = _extend(last, row)
            if problem := _problem(row, following, kept):
                return last, problem
            last = following
    if last.number < kept.number:
        return last, f"entry {last.number + 1} is missing: the log went on to {kept.number}"
    outside = db.fetch_value(select(func.count()).where(_table.c.number < 1))
    return last, f"{outside} entries were inserted before the first" if outside else None


def _extend(last: Head, row: AnyRow) -> Head:
    """Return the head after appending `row` to `last`: SHA-256 of the last hash and the entry as sorted JSON."""
    content = {name: getattr(row, name) for name in _COVERED} | {"at": rfc3339(row.at)}
    serialized = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return Head(last.number + 1, hashlib.sha256(last.hash + serialized).digest())


def _after(number: int) -> list[AnyRow]:
    following = select(_table).where(_table.c.number > number)
    return db.fetch_all(following.order_by(_table.c.number).limit(BATCH))


def _problem(row: AnyRow, following: Head, kept: Head) -> str | None:
    if row.number != following.number:
        return f"entry {following.number} is missing"
    if row.hash != following.hash:
        return f"entry {row.number} was changed, or does not follow the previous one"
    if row.number == kept.number and row.hash != kept.hash:
        return f"entry {row.number} differs from the stored head: the chain was computed again"
    return None
