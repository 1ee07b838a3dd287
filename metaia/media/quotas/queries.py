"""Selects on usage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import exists, func, select

from metaia.core import db
from metaia.media.models import MediaRow, MediaUsageRow, MediaUseRow
from metaia.media.quotas.policy import MAX_UNATTACHED, Limits, default_limits
from metaia.media.state import DELETED, REJECTED


@dataclass(frozen=True)
class Usage:
    """How much a user stores and may store."""

    bytes: int
    limit: int
    files: int
    files_limit: int
    unattached: int
    unattached_limit: int = MAX_UNATTACHED


def defaults(role: str) -> Limits:
    """Return the limits of users of a role that have none of their own."""
    return default_limits(role, current_app.config["UPLOAD_QUOTA_MB"])


def usage(user_id: str, role: str) -> Usage:
    """Return the usage of a user."""
    row = db.fetch_one(select(MediaUsageRow.__table__).where(MediaUsageRow.user_id == user_id))
    limits = defaults(role)
    if row is None:
        return Usage(0, limits.bytes, 0, limits.files, unattached(user_id))
    limit = limits.bytes if row.limit_bytes is None else row.limit_bytes
    files_limit = limits.files if row.limit_files is None else row.limit_files
    return Usage(row.bytes, limit, row.files, files_limit, unattached(user_id))


def unattached(user_id: str) -> int:
    """Return how many files of a user are attached to nothing; the count ends above the limit.

    Only such files have a time of the next sweep, but for files that are being processed, which may be attached.
    """
    due = (MediaRow.owner_id == user_id, MediaRow.due_at.is_not(None))
    loose = (
        MediaRow.status.not_in((DELETED, REJECTED)),
        ~exists().where(MediaUseRow.media_id == MediaRow.id),
    )
    found = select(MediaRow.id).where(*due, *loose).limit(MAX_UNATTACHED + 1).subquery()
    return int(db.fetch_value(select(func.count()).select_from(found)))


def user_ids(after: str, limit: int) -> Sequence[str]:
    """Return the ids of users that have stored files, in order, after one id."""
    query = select(MediaUsageRow.user_id).where(MediaUsageRow.user_id > after)
    return [row.user_id for row in db.fetch_all(query.order_by(MediaUsageRow.user_id).limit(limit))]


def lock(user_id: str) -> tuple[int, int] | None:
    """Return the counted bytes and files of a user, row-locked."""
    query = select(MediaUsageRow.bytes, MediaUsageRow.files).where(MediaUsageRow.user_id == user_id)
    row = db.fetch_one(query.with_for_update())
    return None if row is None else (row.bytes, row.files)


def stored(user_id: str) -> tuple[int, int]:
    """Return the bytes and files of a user as the rows of media have them."""
    sums = select(func.coalesce(func.sum(MediaRow.charged), 0), func.count())
    row = db.fetch_one(sums.where(MediaRow.owner_id == user_id, MediaRow.status != DELETED))
    return (0, 0) if row is None else (int(row[0]), int(row[1]))
