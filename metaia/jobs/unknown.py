"""Jobs that this release does not know: those of a newer one, during a rolling deployment or after a roll-back.

Such a row stays in the outbox until a process that knows the job leads. After QUARANTINE_AFTER it is in quarantine: its
kind becomes "unknown", and only staff queue it again, because it may be too late for its effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select, update

from metaia.core import db
from metaia.core.outbox import Outbox
from metaia.core.times import now
from metaia.jobs.registry import JOBS

QUARANTINE_AFTER = timedelta(days=1)
QUARANTINED = "unknown"
logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Unknown:
    """The rows of one job that this release does not know."""

    name: str
    quarantined: bool
    count: int
    oldest: datetime


def listed() -> list[Unknown]:
    """Return the waiting and the quarantined rows by job, the oldest first."""
    waiting = (Outbox.kind == "job") & Outbox.type.not_in(JOBS.current())
    oldest: Any = func.min(Outbox.created_at)
    rows = select(Outbox.type, Outbox.kind, func.count().label("number"), oldest.label("oldest"))
    found = rows.where(waiting | (Outbox.kind == QUARANTINED)).group_by(Outbox.type, Outbox.kind)
    return [
        Unknown(row.type, row.kind == QUARANTINED, row.number, row.oldest)
        for row in db.fetch_all(found.order_by(oldest))
    ]


def counts() -> dict[str, int]:
    """Return the numbers of waiting and of quarantined rows."""
    found = {"waiting": 0, "quarantined": 0}
    for unknown in listed():
        found["quarantined" if unknown.quarantined else "waiting"] += unknown.count
    return found


def review(known: Mapping[str, Any]) -> None:
    """Log the jobs that the leader leaves in the outbox, and put those into quarantine that have waited too long."""
    late = Outbox.created_at < now() - QUARANTINE_AFTER
    with db.transaction():
        db.execute(
            update(Outbox)
            .where(Outbox.kind == "job", Outbox.type.not_in(known), late)
            .values(kind=QUARANTINED)
        )
    for unknown in listed():
        logger.error(
            "a job that this release does not know",
            job=unknown.name,
            count=unknown.count,
            since=unknown.oldest.isoformat(),
            quarantined=unknown.quarantined,
        )


def release(name: str) -> int:
    """Queue the quarantined rows of a job again; return their number."""
    with db.transaction():
        freed = update(Outbox).where(Outbox.kind == QUARANTINED, Outbox.type == name)
        return int(db.execute(freed.values(kind="job", created_at=now())).rowcount)
