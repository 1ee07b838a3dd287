"""Selects for planning and sending deliveries, and for matching receipts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, Text, case, cast, exists, func, select, text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.times import now
from metaia.jobs.unknown import QUARANTINE_AFTER
from metaia.notifications.delivery.models import ActedPosition, AttemptRow, DeliveryRow, ReceiptRow
from metaia.notifications.devices.models import DeviceRow
from metaia.notifications.models import NotificationRow
from metaia.notifications.registry import NOTIFICATION_TYPES, PUSH, QUEUES
from metaia.users import queries as user_queries

# The providers that accepted a delivery and could not deliver it. Another provider is next.
LOST_BY = func.array(
    select(AttemptRow.provider)
    .where(AttemptRow.delivery_id == DeliveryRow.id, AttemptRow.outcome == "undelivered")
    .correlate(DeliveryRow)
    .scalar_subquery(),
    type_=ARRAY(Text),
).label("lost_by")
NIL = "00000000-0000-0000-0000-000000000000"  # lower than each id
BACKLOG = text(
    "SELECT queue, (SELECT count(*) FROM (SELECT FROM notifications"
    " WHERE planned_at IS NULL AND queue = q.queue AND (type = ANY(:known) OR created_at < :late) LIMIT :limit) AS n)"
    " + (SELECT count(*) FROM (SELECT FROM deliveries WHERE status = 'queued' AND queue = q.queue"
    " AND due_at <= clock_timestamp() LIMIT :limit) AS d) AS size"
    " FROM unnest(CAST(:queues AS text[])) AS q (queue)"
)


def lock_unplanned(queue: str, limit: int) -> list[AnyRow]:
    """Return the oldest unplanned notifications with what planning needs; row-locked.

    Those of a type that this release does not know wait for a worker of a newer one, for QUARANTINE_AFTER.
    `email` is None for a deleted user, unless the notification names an address of its own.
    """
    query = (
        select(NotificationRow.id, NotificationRow.user_id, NotificationRow.type, NotificationRow.queue,
               NotificationRow.channels, NotificationRow.expires_at, user_queries.EMAIL_VERIFIED_AT,
               user_queries.PHONE, user_queries.PHONE_E164,
               func.coalesce(NotificationRow.email, user_queries.EMAIL_UNLESS_DELETED).label("email"))
        .join(*user_queries.owner(NotificationRow.user_id))
        .where(NotificationRow.queue == queue, NotificationRow.planned_at.is_(None))
        .where(
            among(NotificationRow.type, NOTIFICATION_TYPES.current())
            | (NotificationRow.created_at < now() - QUARANTINE_AFTER)
        )
        .order_by(NotificationRow.id)
        .limit(limit)
        .with_for_update(of=NotificationRow, skip_locked=True)
    )  # fmt: skip
    return db.fetch_all(query)


def notified(delivery_id: str) -> AnyRow | None:
    """Return the user and the category of the notification of a delivery."""
    query = select(NotificationRow.user_id, NotificationRow.category).join(
        DeliveryRow, DeliveryRow.notification_id == NotificationRow.id
    )
    return db.fetch_one(query.where(DeliveryRow.id == delivery_id))


def count_recent(user_id: str, type_name: str, before: str, seconds: int) -> int:
    """Return how many notifications of a type a user got in the `seconds` before the one with the id `before`.

    Throttled ones do not count. If they did, a continuous series would be suppressed for ever.
    """
    throttled = exists().where(
        DeliveryRow.notification_id == NotificationRow.id, DeliveryRow.reason == "throttle"
    )
    query = select(func.count()).where(
        NotificationRow.user_id == user_id, NotificationRow.type == type_name, NotificationRow.id < before,
        NotificationRow.created_at > now() - timedelta(seconds=seconds), ~throttled,
    )  # fmt: skip
    return int(db.fetch_value(query))


def backlog(limit: int) -> dict[str, int]:
    """Return by queue the number of unplanned notifications and due deliveries, each counted up to `limit`."""
    known, late = list(NOTIFICATION_TYPES.current()), now() - QUARANTINE_AFTER
    values = {"queues": list(QUEUES), "limit": limit, "known": known, "late": late}
    return {row.queue: row.size for row in db.fetch_all(BACKLOG, values)}


def to_send(delivery_ids: Sequence[str]) -> list[AnyRow]:
    """Return claimed deliveries with what sending needs, and with each fact that can prevent it."""
    query = (
        select(DeliveryRow.id, DeliveryRow.channel, DeliveryRow.address, DeliveryRow.attempts, DeliveryRow.reason,
               DeliveryRow.digest, DeliveryRow.unless_seen, DeliveryRow.created_at,
               NotificationRow.id.label("notification_id"), NotificationRow.type, NotificationRow.title,
               NotificationRow.message, NotificationRow.data, NotificationRow.user_id, NotificationRow.read_at,
               NotificationRow.deleted_at, NotificationRow.campaign_id, NotificationRow.expires_at,
               NotificationRow.subject,
               user_queries.NAME, user_queries.LOCALE, user_queries.ACTIVE, user_queries.EMAIL_VERIFIED_AT,
               DeviceRow.kind, DeviceRow.token, DeviceRow.keys, DeviceRow.dropped_at, LOST_BY)
        .join(NotificationRow, NotificationRow.id == DeliveryRow.notification_id)
        .join(*user_queries.owner(NotificationRow.user_id))
        .outerjoin(DeviceRow, DeviceRow.id == case(
            (DeliveryRow.channel == PUSH, cast(DeliveryRow.address, DeviceRow.id.type))))
        .where(among(DeliveryRow.id, delivery_ids))
        .order_by(DeliveryRow.due_at, DeliveryRow.id)
    )  # fmt: skip
    return db.fetch_all(query)


def lock_acted_position() -> AnyRow | None:
    """Return the position of the log up to which acts are read, row-locked; None if another worker has it."""
    return db.fetch_one(select(ActedPosition.__table__).with_for_update(skip_locked=True))


def expo_without_receipt(since: datetime, until: datetime, *, after: str, limit: int) -> list[AnyRow]:
    """Return the deliveries that Expo accepted between two moments without a receipt so far, in the order of their ids.

    `after` is the last id of the previous page, or empty.
    """
    query = select(DeliveryRow.id, DeliveryRow.channel, DeliveryRow.address, DeliveryRow.reference).where(
        DeliveryRow.provider == "expo", DeliveryRow.status == "sent", DeliveryRow.reference.is_not(None),
        DeliveryRow.updated_at.between(since, until), DeliveryRow.id > (after or NIL),
    )  # fmt: skip
    return db.fetch_all(query.order_by(DeliveryRow.id).limit(limit))


def lock_for_receipts(
    provider: str, delivery_ids: Collection[str], references: Collection[str]
) -> list[AnyRow]:
    """Return deliveries by their ids, and by the ids that `provider` gave them; row-locked."""
    query = (
        select(DeliveryRow.id, DeliveryRow.notification_id, DeliveryRow.channel, DeliveryRow.status,
               DeliveryRow.digest, DeliveryRow.provider, DeliveryRow.reference, DeliveryRow.attempts,
               DeliveryRow.steps, LOST_BY)
        .where(among(DeliveryRow.id, delivery_ids)
               | ((DeliveryRow.provider == provider) & among(DeliveryRow.reference, references)))
        .order_by(DeliveryRow.id)
        .with_for_update(of=DeliveryRow)
    )  # fmt: skip
    return db.fetch_all(query)


def statuses(delivery_ids: Collection[str], references: Collection[str]) -> list[AnyRow]:
    """Return the status and the number of receipts of deliveries, by their ids, and by those that providers gave."""
    row, named = DeliveryRow, cast(DeliveryRow.id, Text)
    receipts = select(func.count()).where(ReceiptRow.delivery_id == row.id).scalar_subquery()
    query = select(row.id, row.status, receipts.label("receipts"))
    found = among(named, delivery_ids) | among(row.reference, references)
    return db.fetch_all(query.where(found).order_by(row.id))
