"""Counting what users store, in the transaction that stores or deletes it.

A transaction locks rows of media first and the row of usage after them, so that no two of them deadlock.
"""

from __future__ import annotations

from sqlalchemy import text, update

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound, TooMany, declare
from metaia.core.json import Json
from metaia.media.models import MediaUsageRow
from metaia.media.quotas import queries
from metaia.media.quotas.policy import MAX_UNATTACHED
from metaia.media.quotas.queries import Usage
from metaia.users import queries as user_queries

declare(
    {
        "quota_exceeded": "The quota of stored files is used up; `details` has the quota, what is used and its limit."
    }
)
# The limit is in the WHERE, so parallel uploads cannot pass it together.
CHARGE = text(
    """
    UPDATE media_usage SET bytes = bytes + :size, files = files + 1
    WHERE user_id = :user_id AND bytes + :size <= COALESCE(limit_bytes, :limit_bytes)
        AND files + 1 <= COALESCE(limit_files, :limit_files)
    RETURNING bytes
    """
)
INSERT = text(
    "INSERT INTO media_usage (user_id, bytes, files) VALUES (:user_id, 0, 0) ON CONFLICT DO NOTHING"
)
# GREATEST: a count that is wrong already must not keep a user from deleting. `recount` corrects it.
REFUND = text(
    """
    UPDATE media_usage SET bytes = GREATEST(bytes - :size, 0), files = GREATEST(files - :files, 0)
    WHERE user_id = :user_id
    """
)


def charge(actor: Actor, size: int) -> None:
    """Count one more file of `size` bytes in the running transaction. Raises TooMany (`quota_exceeded`).

    The row of usage stays row-locked until the end of the transaction, so the count of unattached files is exact, too.
    """
    limits = queries.defaults(actor.role)
    values = {"user_id": actor.id, "size": size, "limit_bytes": limits.bytes, "limit_files": limits.files}
    if db.execute(CHARGE, values).first() is None:
        db.execute(INSERT, {"user_id": actor.id})
        if db.execute(CHARGE, values).first() is None:
            raise _exceeded(queries.usage(actor.id, actor.role), size)
    if queries.unattached(actor.id) >= MAX_UNATTACHED:
        raise _problem("unattached", MAX_UNATTACHED, MAX_UNATTACHED, "Attach or delete some files first.")


def refund(user_id: str, size: int, *, files: int = 1) -> None:
    """Count `files` files of `size` bytes together less, in the running transaction.

    With `files=0` only bytes are given back: what was charged beyond the size that is really stored.
    """
    db.execute(REFUND, {"user_id": user_id, "size": size, "files": files})


def recount(user_id: str) -> tuple[int, int]:
    """Set the counts of a user to what is stored; return by how many bytes and files they were too high.

    Each transaction that changes what is stored changes the counts, too. So while the counts are row-locked, all
    committed changes are counted, and no other ones.
    """
    with db.transaction():
        counted = queries.lock(user_id)
        if counted is None:
            return 0, 0
        size, files = queries.stored(user_id)
        if counted != (size, files):
            changed = update(MediaUsageRow).where(MediaUsageRow.user_id == user_id)
            db.execute(changed.values(bytes=size, files=files))
        return counted[0] - size, counted[1] - files


def read(user_id: str) -> Usage:
    """Return the usage of a user. Raises NotFound."""
    person = user_queries.by_id(user_id)
    if person is None:
        raise NotFound("There is no such user.")
    return queries.usage(user_id, person.role)


def set_limits(user_id: str, limit: int | None, files_limit: int | None) -> Usage:
    """Give one user limits of their own, in bytes and files; None is the limit of the role. Raises NotFound."""
    with db.transaction():
        before = read(user_id)
        db.execute(INSERT, {"user_id": user_id})
        changed = update(MediaUsageRow).where(MediaUsageRow.user_id == user_id)
        db.execute(changed.values(limit_bytes=limit, limit_files=files_limit))
        audit_log.record(
            "media.limits_changed",
            subject=rooms.subject("user", user_id),
            before=_limits(before),
            after=_limits(after := read(user_id)),
        )
        return after


def _limits(usage: Usage) -> Json:
    return {"limit": usage.limit, "filesLimit": usage.files_limit}


def _exceeded(usage: Usage, size: int) -> TooMany:
    if usage.bytes + size > usage.limit:
        return _problem("bytes", usage.bytes, usage.limit, "Delete some files first.")
    return _problem("files", usage.files, usage.files_limit, "Delete some files first.")


def _problem(quota: str, used: int, limit: int, hint: str) -> TooMany:
    details = {"quota": quota, "used": used, "limit": limit}
    return TooMany(f"You may store no more. {hint}", code="quota_exceeded", details=details)
