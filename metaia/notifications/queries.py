"""Every select on notifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from metaia.core import db, paging
from metaia.core.db import AnyRow
from metaia.notifications.models import Delivery, Notification
from metaia.users.models import DELETED, User

SORTABLE: paging.Sortable = {"created_at": Notification.created_at}  # type: ignore[dict-item]


def page(
    user_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of a user's notifications, and the next page's cursor."""
    query = select(Notification.__table__).where(Notification.user_id == user_id, Notification.shown)
    conditions: dict[str, Any] = {
        "type": Notification.type,
        "category": Notification.category,
        "unread": Notification.read_at.is_(None),
    }
    query = query.where(*(conditions[name] == value for name, value in filters.items()))
    query = paging.page(query, sort=sort, sortable=SORTABLE, key=Notification.id, limit=limit, cursor=cursor)  # type: ignore[arg-type]
    return paging.cut(db.fetch_all(query), sort=sort, limit=limit)


def unread(user_id: str) -> int:
    """Return how many notifications a user has not read."""
    mine = (Notification.user_id == user_id, Notification.read_at.is_(None), Notification.shown)
    query = select(func.count()).where(*mine)
    return int(db.fetch_value(query))


def own(user_id: str, notification_id: str) -> AnyRow | None:
    """Return a user's notification."""
    table = Notification.__table__
    return db.fetch_one(
        select(table).where(
            Notification.id == notification_id, Notification.user_id == user_id, Notification.shown
        )
    )


def to_send(delivery_id: str) -> AnyRow | None:
    """Return what is needed to send a delivery: the words, and the user they are for.

    `email` is None where a deleted user would get it: nothing goes to them but what names its address.
    """
    own = case((User.inactive_because.is_distinct_from(DELETED), User.email))
    query = (
        select(Delivery.id, Delivery.channel, Delivery.attempts, Notification.type, Notification.title,
               Notification.message, Notification.data, Notification.user_id, User.name,
               func.coalesce(Delivery.address, own).label("email"))
        .join(Notification, Notification.id == Delivery.notification_id)
        .join(User, User.id == Notification.user_id)
        .where(Delivery.id == delivery_id)
    )  # fmt: skip
    return db.fetch_one(query)


def left_behind(queued_before: datetime, sending_before: datetime, limit: int) -> list[str]:
    """Return deliveries whose job was lost, or whose worker died in the middle."""
    query = select(Delivery.id).where(
        ((Delivery.status == "queued") & (Delivery.updated_at < queued_before))
        | ((Delivery.status == "sending") & (Delivery.updated_at < sending_before))
    )
    return [row.id for row in db.fetch_all(query.order_by(Delivery.updated_at).limit(limit))]
