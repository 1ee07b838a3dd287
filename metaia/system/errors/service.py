"""Errors: adding what a process has counted, changing their state, notifying admins of new ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from metaia.core import db, json
from metaia.core.access.permissions import ADMINS
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.core.observing import exceptions
from metaia.core.observing.exceptions import USER_BITS, Seen
from metaia.core.times import now
from metaia.notifications import service as notification_service
from metaia.system.errors import queries
from metaia.system.errors.models import ErrorRow
from metaia.system.errors.notifications import ERROR_NEW
from metaia.system.errors.policy import may_announce
from metaia.system.errors.state import OPEN, RESOLVED
from metaia.system.releases import release
from metaia.users import queries as user_queries

BATCH = 50  # fingerprints in one statement
KEPT = timedelta(days=90)  # since an error was last seen


def report() -> None:
    """Add what this process has counted since its last report to the table, and register its release.

    Without the database the counts are kept for the next report.
    """
    taken = exceptions.take()
    try:
        with db.transaction():
            _add(sorted(taken, key=lambda seen: seen.fingerprint))
    except BaseException:  # also if the process is stopped
        exceptions.put_back(taken)
        raise


def read(fingerprint: str) -> AnyRow:
    """Return an error. Raises NotFound."""
    found = queries.by_fingerprint(fingerprint)
    if found is None:
        raise NotFound
    return found


def change(fingerprint: str, state: str) -> AnyRow:
    """Resolve, ignore or reopen an error. Raises NotFound.

    A resolved error reopens when a release that is newer than this one has it again.
    """
    with db.transaction():
        before = read(fingerprint)
        if before.state != state:
            resolved = release.name() if state == RESOLVED else None
            values = {"state": state, "resolved_release": resolved, "announce": False}
            db.execute(update(ErrorRow).where(ErrorRow.fingerprint == fingerprint).values(values))
            audit_log.record(
                "error.changed",
                subject=f"error-{fingerprint}",
                before={"state": before.state},
                after={"state": state},
            )
        return read(fingerprint)


def announce() -> int:
    """Notify all admins of new and reopened errors, in one notification; return how many errors it is about.

    Two jobs at once announce once: the second waits for the rows of the first, and finds them announced.
    """
    with db.transaction():
        found = queries.to_announce()
        if not found or not may_announce(queries.latest_announcement(), now()):
            return 0
        fingerprints = [row.fingerprint for row in found]
        announced = update(ErrorRow).where(ErrorRow.fingerprint.in_(fingerprints), ErrorRow.state == OPEN)
        db.execute(announced.values(announce=False, announced_at=now()))
        first = found[0]
        data = {
            "count": len(found),
            "fingerprint": first.fingerprint,
            "type": first.type,
            "where": first.function,
        }
        for user_id in user_queries.ids_with_role(ADMINS):
            notification_service.notify(user_id, ERROR_NEW, data, subject=f"error-{first.fingerprint}")
    return len(found)


def _add(taken: list[Seen]) -> None:
    db.execute(queries.REGISTER, {"name": release.name()})
    for first in range(0, len(taken), BATCH):
        rows = json.dumps([_values(seen) for seen in taken[first : first + BATCH]])
        db.execute(queries.ADD, {"rows": rows, "release": release.name()})
    if taken:
        queries.delete_excess()


def _values(seen: Seen) -> dict[str, Any]:
    return {
        "fingerprint": seen.fingerprint,
        "type": seen.type,
        "function": seen.where,
        "message": seen.message,
        "stack": seen.stack,
        "count": seen.count,
        "users": f"{seen.users:0{USER_BITS}b}",
        "request_ids": seen.requests,
        "first_seen": seen.first.isoformat(),
        "last_seen": seen.last.isoformat(),
    }
