"""The audit log's seal: committed entries get a number and a hash over their content and the hash before.

Whoever changes, removes or inserts an entry later breaks the chain from there on. Who cuts off its end, or computes all
of it anew, is found by a head that was kept elsewhere: `seal` logs it, `flask audit head` prints it.
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
_LOCK = 0x41554449  # "AUDI": one seals at a time
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
        """Read what `str` wrote. Raises ValueError."""
        match = _HEAD.fullmatch(text)
        if match is None:
            raise ValueError("a head is a number, a colon and 64 hexadecimal digits")
        return cls(int(match[1]), bytes.fromhex(match[2]))


EMPTY = Head(0, bytes(32))


def head() -> Head:
    """Return where the chain ends now."""
    sealed = select(_table.c.number, _table.c.hash).where(_table.c.number.is_not(None))
    last = db.fetch_one(sealed.order_by(_table.c.number.desc()).limit(1))
    return Head(last.number, last.hash) if last else EMPTY


def unsealed_count() -> int:
    """Return how many entries are not part of the chain yet: more than a few, and the worker does not work."""
    return int(db.fetch_value(select(func.count()).where(_table.c.number.is_(None))))


def seal() -> int:
    """Chain the committed entries that are not yet, BATCH of them at most; return how many."""
    with db.transaction():
        db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        last = head()
        # A transaction may commit after one with higher ids was sealed: numbers are in the order of sealing.
        unsealed = select(_table).where(_table.c.number.is_(None)).order_by(_table.c.id).limit(BATCH)
        rows = db.fetch_all(unsealed)
        for row in rows:
            last = _extend(last, row)
            db.change(AuditEntry, id=row.id, number=last.number, hash=last.hash)
    if rows:
        log.info(
            "audit log sealed", entries=len(rows), head=str(last)
        )  # whoever keeps the logs can hold it against us
    return len(rows)


def verify(kept: Head = EMPTY) -> tuple[Head, str | None]:
    """Return the last entry up to which the chain holds, and what is wrong with the next one (None: nothing).

    `kept` is a head from earlier, which must still be part of the chain.
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
    """Return where the chain ends with `row` after `last`: SHA-256 over that hash and all that the entry says."""
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
        return f"entry {row.number} was changed, or does not follow the one before"
    if row.number == kept.number and row.hash != kept.hash:
        return f"entry {row.number} is another one than the head that was kept: the chain was computed anew"
    return None
