"""Every select on notifications."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ARRAY, Text, case, cast, exists, func, select, text, tuple_

from metaia.core import db, paging
from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.core.times import now
from metaia.notifications.campaigns.models import Campaign
from metaia.notifications.catalogue import PUSH, QUEUES
from metaia.notifications.decisions import Wishes
from metaia.notifications.models import Attempt, Delivery, Device, Notification, Preferences, Suppression
from metaia.users.models import DELETED, User

# Who took a delivery and could not deliver it: another provider is next.
LOST_BY = func.array(
    select(Attempt.provider)
    .where(Attempt.delivery_id == Delivery.id, Attempt.outcome == "undelivered")
    .correlate(Delivery)
    .scalar_subquery(),
    type_=ARRAY(Text),
).label("lost_by")
NIL = "00000000-0000-0000-0000-000000000000"
SORTABLE: paging.Sortable = {"created_at": Notification.created_at}  # type: ignore[dict-item]


def listed(user_id: str) -> tuple[Any, ...]:
    """Return the conditions under which a notification is in its user's list."""
    return Notification.user_id == user_id, Notification.shown, Notification.deleted_at.is_(None)


def page(
    user_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of a user's notifications, and the next page's cursor."""
    query = select(Notification.__table__).where(*listed(user_id))
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
    query = select(func.count()).where(*listed(user_id), Notification.read_at.is_(None))
    return int(db.fetch_value(query))


def own(user_id: str, notification_id: str) -> AnyRow | None:
    """Return a user's notification."""
    query = select(Notification.__table__).where(*listed(user_id), Notification.id == notification_id)
    return db.fetch_one(query)


def unplanned(queue: str, limit: int) -> list[AnyRow]:
    """Return the oldest notifications without deliveries, with what is needed to plan them; locked.

    `email` is None where a deleted user would get it: nothing goes to them but what names its address.
    """
    own = case((User.inactive_because.is_distinct_from(DELETED), User.email))
    query = (
        select(Notification.id, Notification.user_id, Notification.type, Notification.queue, Notification.channels,
               User.phone,
               func.coalesce(Notification.email, own).label("email"))
        .join(User, User.id == Notification.user_id)
        .where(Notification.queue == queue, Notification.planned_at.is_(None))
        .order_by(Notification.id)
        .limit(limit)
        .with_for_update(of=Notification, skip_locked=True)
    )  # fmt: skip
    return db.fetch_all(query)


def wishes(user_ids: Sequence[str]) -> dict[str, Wishes]:
    """Return what each of these users wants."""
    return {row.id: _wishes(row) for row in db.fetch_all(_PREFERENCES.where(User.id.in_(user_ids)))}


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
    query = select(Device.user_id, Device.id).where(Device.user_id.in_(user_ids), Device.dropped_at.is_(None))
    found: dict[str, list[str]] = {}
    for row in db.fetch_all(query.order_by(Device.id)):
        found.setdefault(row.user_id, []).append(row.id)
    return found


def devices_of(user_id: str) -> list[AnyRow]:
    """Return a user's devices that can be reached, the latest first."""
    mine = select(Device.__table__).where(Device.user_id == user_id, Device.dropped_at.is_(None))
    return db.fetch_all(mine.order_by(Device.registered_at.desc(), Device.id))


def suppressed(addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return those of `addresses` (channel, address) that get nothing any more, with the reason."""
    query = select(Suppression.channel, Suppression.address, Suppression.reason)
    rows = db.fetch_all(query.where(tuple_(Suppression.channel, Suppression.address).in_(addresses)))
    return {(row.channel, row.address): row.reason for row in rows}


def recent(user_id: str, kind: str, before: str, seconds: int) -> int:
    """Return how many notifications of a type a user got in the `seconds` before the one with the id `before`.

    Those that came too often do not count: or while they keep coming, none would ever go out again.
    """
    throttled = exists().where(Delivery.notification_id == Notification.id, Delivery.reason == "throttle")
    query = select(func.count()).where(
        Notification.user_id == user_id, Notification.type == kind, Notification.id < before,
        Notification.created_at > now() - timedelta(seconds=seconds), ~throttled,
    )  # fmt: skip
    return int(db.fetch_value(query))


def waiting() -> dict[str, int]:
    """Return how many notifications and deliveries of each queue could be worked on now; counts end at 1,000."""
    query = text(
        "SELECT queue, (SELECT count(*) FROM (SELECT FROM notifications"
        " WHERE planned_at IS NULL AND queue = q.queue LIMIT 1000) AS n)"
        " + (SELECT count(*) FROM (SELECT FROM deliveries WHERE status = 'queued' AND queue = q.queue"
        " AND due_at <= clock_timestamp() LIMIT 1000) AS d) AS waiting"
        " FROM unnest(CAST(:queues AS text[])) AS q (queue)"
    )
    return {row.queue: row.waiting for row in db.fetch_all(query, {"queues": list(QUEUES)})}


def to_send(delivery_ids: Sequence[str]) -> list[AnyRow]:
    """Return what is needed to send claimed deliveries: the notification, its user, and why it may not go after all."""
    query = (
        select(Delivery.id, Delivery.channel, Delivery.address, Delivery.attempts, Delivery.reason, Delivery.digest,
               Delivery.unless_seen, Delivery.created_at, Notification.id.label("notification_id"),
               Notification.type, Notification.title, Notification.message, Notification.data,
               Notification.user_id, Notification.read_at, Notification.deleted_at, Notification.campaign_id,
               Campaign.status.label("campaign"), User.name, User.locale, User.active,
               Device.kind, Device.token, Device.keys, Device.dropped_at,
               Suppression.reason.label("suppressed"), LOST_BY)
        .join(Notification, Notification.id == Delivery.notification_id)
        .join(User, User.id == Notification.user_id)
        .outerjoin(Campaign, Campaign.id == Notification.campaign_id)
        .outerjoin(Device, Device.id == case((Delivery.channel == PUSH, cast(Delivery.address, Device.id.type))))
        .outerjoin(Suppression, (Suppression.channel == Delivery.channel) & (Suppression.address == Delivery.address))
        .where(Delivery.id.in_(delivery_ids))
        .order_by(Delivery.due_at, Delivery.id)
    )  # fmt: skip
    return db.fetch_all(query)


def tickets(since: datetime, until: datetime, *, after: str, limit: int) -> list[AnyRow]:
    """Return deliveries that Expo took between two moments and has given no receipt for: those after an id, by id."""
    query = select(Delivery.id, Delivery.channel, Delivery.address, Delivery.reference).where(
        Delivery.provider == "expo", Delivery.status == "sent", Delivery.reference.is_not(None),
        Delivery.updated_at.between(since, until), Delivery.id > (after or NIL),
    )  # fmt: skip
    return db.fetch_all(query.order_by(Delivery.id).limit(limit))


def receipted(provider: str, delivery_ids: Collection[str], references: Collection[str]) -> list[AnyRow]:
    """Return deliveries by their ids, and by what `provider` calls them; locked."""
    query = (
        select(Delivery.id, Delivery.notification_id, Delivery.channel, Delivery.status, Delivery.digest,
               Delivery.provider, Delivery.reference, Delivery.attempts, Delivery.steps, LOST_BY)
        .where(Delivery.id.in_(delivery_ids) | ((Delivery.provider == provider) & Delivery.reference.in_(references)))
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
    )  # fmt: skip
    return db.fetch_all(query)
