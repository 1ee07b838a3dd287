"""Selects on the notifications of a user. The selects of each feature are in its own folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from metaia.core import db, search
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.notifications.models import NotificationRow

SORTABLE: pagination.Sortable = {"created_at": NotificationRow.created_at}

MOST_SEARCHED = 1_000  # notifications of a user

TABLE = NotificationRow.__tablename__  # as transactions name the rows that they collect


def listed(user_id: str, table: Any = NotificationRow) -> tuple[Any, ...]:
    """Return the conditions under which a notification is in its user's list."""
    return table.user_id == user_id, table.shown, table.deleted_at.is_(None)


def page(
    user_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of a user's notifications and the next page's cursor. Each row has the unread count in `unread`.

    List and count come from one statement, so they agree: clients adjust the count by the events that follow.
    """
    number = _unread(user_id).scalar_subquery().label("unread")
    query = select(NotificationRow.__table__, number).where(*listed(user_id))
    conditions: dict[str, Any] = {
        "type": NotificationRow.type,
        "category": NotificationRow.category,
        "unread": NotificationRow.read_at.is_(None),
    }
    query = query.where(*(conditions[name] == value for name, value in filters.items()))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=NotificationRow.id, limit=limit, cursor=cursor
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def count_unread(user_id: str) -> int:
    """Return how many notifications a user has not read."""
    return int(db.fetch_value(_unread(user_id)))


def get(user_id: str, notification_id: str) -> AnyRow | None:
    """Return a notification in a user's list."""
    query = select(NotificationRow.__table__).where(*listed(user_id), NotificationRow.id == notification_id)
    return db.fetch_one(query)


def by_words(user_id: str, text: str, limit: int) -> list[AnyRow]:
    """Return the newest notifications in a user's list with all words of `text`, among the MOST_SEARCHED newest."""
    row = NotificationRow
    newest = (
        select(row.__table__).where(*listed(user_id)).order_by(row.created_at.desc()).limit(MOST_SEARCHED)
    )
    found = newest.subquery("newest")
    matches = search.matches("newest.title || ' ' || newest.message", text)
    return db.fetch_all(select(found).where(matches).order_by(found.c.created_at.desc()).limit(limit))


def has_unread(user_id: str, subject: str) -> bool:
    """Return whether a user has not read a notification about a subject."""
    row = NotificationRow
    query = select(row.id).where(*listed(user_id), row.subject == subject, row.read_at.is_(None))
    return db.fetch_one(query.limit(1)) is not None


def _unread(user_id: str) -> Select[Any]:
    other = aliased(NotificationRow)
    return select(func.count()).where(*listed(user_id, other), other.read_at.is_(None))
