"""Every select on notifications."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, cast, func, select, text, tuple_

from metaia.core import db, paging
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.notifications.catalogue import PUSH, QUEUES
from metaia.notifications.decisions import Wishes
from metaia.notifications.models import Delivery, Device, Notification, Preferences, Suppression
from metaia.users.models import User

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


def unplanned(queue: str, limit: int) -> list[AnyRow]:
    """Return the oldest notifications without deliveries, with what is needed to plan them; locked."""
    query = (
        select(Notification.id, Notification.user_id, Notification.type, Notification.queue, User.phone,
               func.coalesce(Notification.email, User.email).label("email"))
        .join(User, User.id == Notification.user_id)
        .where(Notification.queue == queue, Notification.planned_at.is_(None))
        .order_by(Notification.id)
        .limit(limit)
        .with_for_update(of=Notification, skip_locked=True)
    )  # fmt: skip
    return db.fetch_all(query)


def wishes(user_ids: Sequence[str]) -> dict[str, Wishes]:
    """Return what each of these users wants."""
    query = (
        select(User.id, User.time_zone, Preferences.muted, Preferences.off, Preferences.digest,
               Preferences.quiet_from, Preferences.quiet_until)
        .outerjoin(Preferences, Preferences.user_id == User.id)
        .where(User.id.in_(user_ids))
    )  # fmt: skip
    return {row.id: _wishes(row) for row in db.fetch_all(query)}


def _wishes(row: AnyRow) -> Wishes:
    quiet = None if row.quiet_from is None or row.quiet_until is None else (row.quiet_from, row.quiet_until)
    return Wishes(ZoneInfo(row.time_zone), bool(row.muted), row.off or {}, row.digest or {}, quiet)


def devices(user_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the ids of each user's devices that can be reached."""
    query = select(Device.user_id, Device.id).where(Device.user_id.in_(user_ids), Device.dropped_at.is_(None))
    found: dict[str, list[str]] = {}
    for row in db.fetch_all(query.order_by(Device.id)):
        found.setdefault(row.user_id, []).append(row.id)
    return found


def suppressed(addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return those of `addresses` (channel, address) that get nothing any more, with the reason."""
    query = select(Suppression.channel, Suppression.address, Suppression.reason)
    rows = db.fetch_all(query.where(tuple_(Suppression.channel, Suppression.address).in_(addresses)))
    return {(row.channel, row.address): row.reason for row in rows}


def recent(user_id: str, kind: str, before: str, seconds: int) -> int:
    """Return how many notifications of a type a user got in the `seconds` before the one with the id `before`."""
    query = select(func.count()).where(
        Notification.user_id == user_id, Notification.type == kind, Notification.id < before,
        Notification.created_at > now() - timedelta(seconds=seconds),
    )  # fmt: skip
    return int(db.fetch_value(query))


def waiting() -> dict[str, int]:
    """Return how many notifications and deliveries of each queue could be worked on now; counts end at 1,000."""
    query = text(
        "SELECT queue, (SELECT count(*) FROM (SELECT FROM notifications"
        " WHERE planned_at IS NULL AND queue = q.queue LIMIT 1000) AS n)"
        " + (SELECT count(*) FROM (SELECT FROM deliveries WHERE status = 'queued' AND queue = q.queue"
        " AND due_at <= clock_timestamp() LIMIT 1000) AS d) AS waiting FROM unnest(:queues) AS q (queue)"
    )
    return {row.queue: row.waiting for row in db.fetch_all(query, {"queues": list(QUEUES)})}


def to_send(delivery_ids: Sequence[str]) -> list[AnyRow]:
    """Return what is needed to send claimed deliveries: the notification, its user, and why it may not go after all."""
    query = (
        select(Delivery.id, Delivery.channel, Delivery.address, Delivery.attempts, Delivery.reason, Delivery.digest,
               Delivery.unless_seen, Delivery.created_at, Notification.id.label("notification_id"),
               Notification.type, Notification.title, Notification.message, Notification.data,
               Notification.user_id, Notification.read_at, Notification.campaign_id,
               User.name, User.locale, User.active,
               Device.kind, Device.token, Device.keys, Device.dropped_at,
               Suppression.reason.label("suppressed"))
        .join(Notification, Notification.id == Delivery.notification_id)
        .join(User, User.id == Notification.user_id)
        .outerjoin(Device, (Delivery.channel == PUSH) & (cast(Device.id, Text) == Delivery.address))
        .outerjoin(Suppression, (Suppression.channel == Delivery.channel) & (Suppression.address == Delivery.address))
        .where(Delivery.id.in_(delivery_ids))
        .order_by(Delivery.due_at, Delivery.id)
    )  # fmt: skip
    return db.fetch_all(query)
