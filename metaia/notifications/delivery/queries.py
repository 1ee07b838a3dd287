"""Every select by which deliveries are planned and sent, and their receipts found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, Text, case, cast, exists, func, select, text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.times import now
from metaia.notifications.campaigns.models import Campaign
from metaia.notifications.models import Attempt, Delivery, Device, Notification, Suppression
from metaia.notifications.registry import PUSH, QUEUES
from metaia.users.models import User
from metaia.users.state import DELETED

# Who took a delivery and could not deliver it: another provider is next.
LOST_BY = func.array(
    select(Attempt.provider)
    .where(Attempt.delivery_id == Delivery.id, Attempt.outcome == "undelivered")
    .correlate(Delivery)
    .scalar_subquery(),
    type_=ARRAY(Text),
).label("lost_by")
NIL = "00000000-0000-0000-0000-000000000000"
SUPPRESSED = text(
    "SELECT channel, address, reason FROM suppressions"
    " JOIN unnest(CAST(:channels AS text[]), CAST(:addresses AS text[])) AS wanted (channel, address)"
    " USING (channel, address)"
)
WAITING = text(
    "SELECT queue, (SELECT count(*) FROM (SELECT FROM notifications"
    " WHERE planned_at IS NULL AND queue = q.queue LIMIT :most) AS n)"
    " + (SELECT count(*) FROM (SELECT FROM deliveries WHERE status = 'queued' AND queue = q.queue"
    " AND due_at <= clock_timestamp() LIMIT :most) AS d) AS waiting"
    " FROM unnest(CAST(:queues AS text[])) AS q (queue)"
)


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


def suppressed(addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return those of `addresses` (channel, address) that get nothing any more, with the reason."""
    channels, those = [channel for channel, _ in addresses], [address for _, address in addresses]
    rows = db.fetch_all(SUPPRESSED, {"channels": channels, "addresses": those})
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


def waiting(most: int) -> dict[str, int]:
    """Return what each queue could work on now: notifications, counted up to `most`, and deliveries likewise."""
    return {row.queue: row.waiting for row in db.fetch_all(WAITING, {"queues": list(QUEUES), "most": most})}


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
        .where(among(Delivery.id, delivery_ids))
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
        .where(among(Delivery.id, delivery_ids)
               | ((Delivery.provider == provider) & among(Delivery.reference, references)))
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
    )  # fmt: skip
    return db.fetch_all(query)
