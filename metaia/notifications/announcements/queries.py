"""Selects on announcements and their audiences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, any_, exists, func, literal, or_, select

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.json import Json
from metaia.core.times import now
from metaia.notifications.announcements.models import AnnouncementRow, DismissalRow
from metaia.notifications.announcements.state import ENDED, LIVE, REVOKED, SCHEDULED
from metaia.users import queries as user_queries

MOST_SHOWN = 50  # announcements of one user at a time


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement; models.AnnouncementRow describes the fields."""

    id: str
    roles: list[str] | None
    user_ids: list[str] | None
    level: str
    content: Json
    link: str | None
    dismissible: bool
    starts_at: datetime
    ends_at: datetime
    store: bool
    recipients: int
    stored: int
    stored_to: str | None
    store_at: datetime | None
    published_at: datetime | None
    revoked_at: datetime | None
    version: int
    created_by: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def everyone(self) -> bool:
        """Return whether the audience is all users."""
        return self.roles is None and self.user_ids is None


SORTABLE: pagination.Sortable = {"created_at": AnnouncementRow.created_at}
_row = AnnouncementRow
_all = select(*(getattr(_row, each.name) for each in fields(Announcement)))
# Written as the conditions of the partial indexes.
_unpublished = (_row.published_at.is_(None), _row.revoked_at.is_(None))
_current = (_row.published_at.is_not(None), _row.revoked_at.is_(None))


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[Announcement], str | None]:
    """Return one page of announcements, and the next page's cursor."""
    query = _all.where(*_with_status(filters["status"])) if "status" in filters else _all
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=_row.id, limit=limit, cursor=cursor)
    return pagination.cut([Announcement(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)


def to_change(announcement_id: str) -> Announcement | None:
    """Return an announcement, row-locked."""
    return _one(_all.where(_row.id == announcement_id).with_for_update())


def lock_due() -> Announcement | None:
    """Return the announcement that should have started first, row-locked; one that is row-locked is skipped."""
    due = _all.where(*_unpublished, _row.starts_at <= now()).order_by(_row.starts_at)
    return _one(due.limit(1).with_for_update(skip_locked=True))


def lock_to_store() -> Announcement | None:
    """Return the announcement with the notifications that have been due for the longest time, likewise."""
    due = _all.where(_row.store_at.is_not(None), _row.store_at <= now()).order_by(_row.store_at)
    return _one(due.limit(1).with_for_update(skip_locked=True))


def is_due() -> bool:
    """Return whether an announcement should start."""
    return db.fetch_one(select(_row.id).where(*_unpublished, _row.starts_at <= now()).limit(1)) is not None


def is_to_store() -> bool:
    """Return whether notifications are due."""
    due = (_row.store_at.is_not(None), _row.store_at <= now())
    return db.fetch_one(select(_row.id).where(*due).limit(1)) is not None


def created_since(user_id: str, since: datetime) -> int:
    """Return how many announcements a user has created after a time."""
    query = select(func.count()).where(_row.created_by == user_id, _row.created_at > since)
    return int(db.fetch_value(query))


def shown_to(actor: Actor) -> list[Announcement]:
    """Return the newest live announcements of a user that the user has not dismissed."""
    dismissed = exists().where(DismissalRow.announcement_id == _row.id, DismissalRow.user_id == actor.id)
    query = _all.where(*_current, _row.ends_at > now(), _is_for(actor), ~dismissed)
    found = db.fetch_all(query.order_by(_row.starts_at.desc(), _row.id.desc()).limit(MOST_SHOWN))
    return [Announcement(*row) for row in found]


def live_for(actor: Actor, announcement_id: str) -> Announcement | None:
    """Return a live announcement of a user."""
    return _one(_all.where(_row.id == announcement_id, *_current, _row.ends_at > now(), _is_for(actor)))


def dismissals(announcement_ids: Iterable[str]) -> dict[str, int]:
    """Return by how many users each of these announcements was dismissed; those without any are missing."""
    found = among(DismissalRow.announcement_id, announcement_ids)
    counted = select(DismissalRow.announcement_id, func.count()).where(found)
    return {row[0]: row[1] for row in db.fetch_all(counted.group_by(DismissalRow.announcement_id))}


def dismissed_by(user_id: str) -> list[db.AnyRow]:
    """Return which announcements a user has dismissed, and when."""
    mine = select(DismissalRow.announcement_id, DismissalRow.at).where(DismissalRow.user_id == user_id)
    return db.fetch_all(mine.order_by(DismissalRow.at))


def audience(roles: list[str] | None, user_ids: list[str] | None) -> list[Any]:
    """Return the conditions of the active users in an audience."""
    conditions: list[Any] = [user_queries.ACTIVE]
    if roles is not None:
        conditions.append(among(user_queries.ROLE, roles))
    if user_ids is not None:
        conditions.append(among(user_queries.ID, user_ids))
    return conditions


def audience_size(roles: list[str] | None, user_ids: list[str] | None) -> int:
    """Return the number of active users in an audience."""
    return int(db.fetch_value(select(func.count()).where(*audience(roles, user_ids))))


def presence_names(user_ids: list[str]) -> list[str]:
    """Return the active ones of some users as presence names them: "role id"."""
    found = select(user_queries.ROLE, user_queries.ID).where(*audience(None, user_ids))
    return [f"{role} {user_id}" for role, user_id in db.fetch_all(found)]


def _is_for(actor: Actor) -> ColumnElement[bool]:
    everyone = _row.roles.is_(None) & _row.user_ids.is_(None)
    own_role = literal(actor.role) == any_(_row.roles)
    return or_(everyone, own_role, literal(actor.id, _row.id.type) == any_(_row.user_ids))


def _with_status(status: str) -> tuple[ColumnElement[bool], ...]:
    moment = now()
    conditions: dict[str, tuple[ColumnElement[bool], ...]] = {
        SCHEDULED: (*_unpublished, _row.ends_at > moment),
        LIVE: (*_current, _row.ends_at > moment),
        ENDED: (_row.revoked_at.is_(None), _row.ends_at <= moment),
        REVOKED: (_row.revoked_at.is_not(None),),
    }
    return conditions[status]


def _one(query: Any) -> Announcement | None:
    row = db.fetch_one(query)
    return None if row is None else Announcement(*row)
