"""Every select on what people were told, what they want and where they are. Of deliveries: deliveries/queries.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.errors import NotFound
from metaia.core.http import pagination
from metaia.notifications.models import Device, Notification, Preferences
from metaia.notifications.preferences.policy import Wishes
from metaia.users.models import User

SORTABLE: pagination.Sortable = {"created_at": Notification.created_at}


def listed(user_id: str, table: Any = Notification) -> tuple[Any, ...]:
    """Return the conditions under which a notification is in its user's list."""
    return table.user_id == user_id, table.shown, table.deleted_at.is_(None)


def page(
    user_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of a user's notifications, and the next page's cursor; each row says how many are `unread`.

    In one statement, so that the number is that of the list: clients go on counting from it by events.
    """
    number = _unread(user_id).scalar_subquery().label("unread")
    query = select(Notification.__table__, number).where(*listed(user_id))
    conditions: dict[str, Any] = {
        "type": Notification.type,
        "category": Notification.category,
        "unread": Notification.read_at.is_(None),
    }
    query = query.where(*(conditions[name] == value for name, value in filters.items()))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=Notification.id, limit=limit, cursor=cursor
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def unread(user_id: str) -> int:
    """Return how many notifications a user has not read."""
    return int(db.fetch_value(_unread(user_id)))


def _unread(user_id: str) -> Select[Any]:
    other = aliased(Notification)
    return select(func.count()).where(*listed(user_id, other), other.read_at.is_(None))


def own(user_id: str, notification_id: str) -> AnyRow | None:
    """Return a user's notification."""
    query = select(Notification.__table__).where(*listed(user_id), Notification.id == notification_id)
    return db.fetch_one(query)


def wishes(user_ids: Sequence[str]) -> dict[str, Wishes]:
    """Return what each of these users wants."""
    return {row.id: _wishes(row) for row in db.fetch_all(_PREFERENCES.where(among(User.id, user_ids)))}


def preferences(user_id: str) -> tuple[Wishes, int]:
    """Return what a user wants, and its version; who has chosen nothing yet has the first. Raises NotFound."""
    row = db.fetch_one(_PREFERENCES.where(User.id == user_id))
    if row is None:
        raise NotFound
    return _wishes(row), row.version or 1


_PREFERENCES = select(
    User.id, User.time_zone, Preferences.muted, Preferences.off, Preferences.digest,
    Preferences.quiet_from, Preferences.quiet_until, Preferences.version,
).outerjoin(Preferences, Preferences.user_id == User.id)  # fmt: skip


def _wishes(row: AnyRow) -> Wishes:
    quiet = None if row.quiet_from is None or row.quiet_until is None else (row.quiet_from, row.quiet_until)
    return Wishes(_zone(row.time_zone), bool(row.muted), row.off or {}, row.digest or {}, quiet)


def _zone(name: str) -> ZoneInfo:
    """Return a time zone; UTC for one that is not known here (any more), or it would keep everybody else waiting."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def devices(user_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the ids of each user's devices that can be reached."""
    alive = select(Device.user_id, Device.id).where(
        among(Device.user_id, user_ids), Device.dropped_at.is_(None)
    )
    found: dict[str, list[str]] = {}
    for row in db.fetch_all(alive.order_by(Device.id)):
        found.setdefault(row.user_id, []).append(row.id)
    return found


def devices_of(user_id: str) -> list[AnyRow]:
    """Return a user's devices that can be reached, the latest first."""
    mine = select(Device.__table__).where(Device.user_id == user_id, Device.dropped_at.is_(None))
    return db.fetch_all(mine.order_by(Device.registered_at.desc(), Device.id))
