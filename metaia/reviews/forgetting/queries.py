"""Selects of what deleted users leave in reviews, and the erasure of it in reports."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, text

from metaia.core import db
from metaia.reviews.models import ReviewRow
from metaia.reviews.queries import STORED, Review
from metaia.users.deleted import queries as deleted_users

_row = ReviewRow
_columns = [getattr(_row, name) for name in STORED]
_NOTES = text(
    """
    UPDATE review_reports SET note = NULL WHERE (review_id, reporter_id) IN (
        SELECT r.review_id, r.reporter_id FROM users u JOIN review_reports r ON r.reporter_id = u.id
        WHERE u.inactive_because = 'deleted' AND r.note IS NOT NULL LIMIT :limit
    )
    """
)


def to_erase(limit: int) -> list[Review]:
    """Return row-locked reviews that still name a deleted author, or have the reply of a deleted partner."""
    query = deleted_users.of_each(_to_erase).limit(limit)
    return [Review(*each) for each in db.fetch_all(query)]


def erase_notes(limit: int) -> int:
    """Erase the notes of up to `limit` reports by deleted users; return their number."""
    return db.execute(_NOTES, {"limit": limit}).rowcount


def _to_erase(user: ColumnElement[str]) -> Select[Any]:
    replied = (_row.partner_id == user) & _row.reply.is_not(None)
    both = _row.author_id.in_(deleted_users.ids())  # those between two deleted users are the author's only
    mine = or_(_row.author_id == user, replied & (_row.author_id.is_(None) | ~both))
    return select(*_columns).where(mine).with_for_update(of=_row, skip_locked=True)
