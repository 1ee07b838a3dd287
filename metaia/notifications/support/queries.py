"""Selects for staff on the notifications of all users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.notifications.campaigns.models import CampaignRow
from metaia.notifications.delivery.models import AttemptRow, DeliveryRow, ReceiptRow
from metaia.notifications.models import NotificationRow
from metaia.users import queries as user_queries

STATUSES = ("queued", "sending", "sent", "delivered", "undelivered", "failed", "suppressed", "cancelled")
DIMENSIONS: dict[str, Any] = {
    "type": NotificationRow.type,
    "channel": DeliveryRow.channel,
    "provider": DeliveryRow.provider,
    "day": cast(func.timezone("UTC", DeliveryRow.created_at), Date),
}
SORTABLE: pagination.Sortable = {"created_at": NotificationRow.created_at}


def counts(since: datetime, until: datetime, by: Sequence[str]) -> list[AnyRow]:
    """Return the number of deliveries in each status, grouped by some of DIMENSIONS.

    The period is that of the planning: `since` is included, `until` is not.
    """
    groups = [DIMENSIONS[name].label(name) for name in by]
    numbers = [func.count().filter(DeliveryRow.status == status).label(status) for status in STATUSES]
    query = select(*groups, *numbers, func.count().label("total"))
    if "type" in by:
        query = query.join(NotificationRow, NotificationRow.id == DeliveryRow.notification_id)
    query = query.where(DeliveryRow.created_at >= since, DeliveryRow.created_at < until)
    return db.fetch_all(query.group_by(*groups).order_by(*groups))


def created_between(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for the notifications of a period."""
    return NotificationRow.created_at >= since, NotificationRow.created_at < until


def search(
    *, since: datetime, until: datetime, sort: str, limit: int, cursor: str | None, **filters: Any
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of the notifications that match `filters`, and the next page's cursor."""
    query = select(NotificationRow.__table__, user_queries.NAME.label("user_name"))
    query = query.join(*user_queries.owner(NotificationRow.user_id))
    query = query.where(*created_between(since, until), *_conditions(filters))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=NotificationRow.id, limit=limit, cursor=cursor
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def _conditions(filters: dict[str, Any]) -> Iterable[ColumnElement[bool]]:
    of_delivery = {"status": DeliveryRow.status, "channel": DeliveryRow.channel}
    chosen = [column == filters[name] for name, column in of_delivery.items() if name in filters]
    if chosen:
        yield (
            select(DeliveryRow.id).where(DeliveryRow.notification_id == NotificationRow.id, *chosen).exists()
        )
    if "email" in filters:
        yield NotificationRow.user_id == user_queries.id_of(filters["email"])
    for name in ("user_id", "type", "subject", "campaign_id"):
        if name in filters:
            yield getattr(NotificationRow, name) == filters[name]


def get(notification_id: str) -> AnyRow | None:
    """Return a notification with the columns of its user and its campaign that a trace shows."""
    query = (
        select(NotificationRow.__table__, user_queries.NAME, user_queries.ROLE, user_queries.LOCALE,
               user_queries.TIME_ZONE, user_queries.ACTIVE, CampaignRow.name.label("campaign"))
        .join(*user_queries.owner(NotificationRow.user_id))
        .outerjoin(CampaignRow, CampaignRow.id == NotificationRow.campaign_id)
        .where(NotificationRow.id == notification_id)
    )  # fmt: skip
    return db.fetch_one(query)


def lock_delivery(delivery_id: str) -> AnyRow | None:
    """Return a delivery, row-locked."""
    return db.fetch_one(select(DeliveryRow.__table__).where(DeliveryRow.id == delivery_id).with_for_update())


def deliveries(notification_ids: Iterable[str]) -> dict[str, list[AnyRow]]:
    """Return the deliveries of notifications, by notification id."""
    chosen = select(DeliveryRow.__table__).where(among(DeliveryRow.notification_id, notification_ids))
    return _grouped(db.fetch_all(chosen.order_by(DeliveryRow.id)), "notification_id")


def attempts(delivery_ids: Iterable[str]) -> dict[str, list[AnyRow]]:
    """Return the attempts of deliveries, by delivery id."""
    chosen = select(AttemptRow.__table__).where(among(AttemptRow.delivery_id, delivery_ids))
    return _grouped(db.fetch_all(chosen.order_by(AttemptRow.number)), "delivery_id")


def receipts(delivery_ids: Iterable[str]) -> dict[str, list[AnyRow]]:
    """Return the receipts of deliveries, by delivery id."""
    chosen = select(ReceiptRow.__table__).where(among(ReceiptRow.delivery_id, delivery_ids))
    return _grouped(db.fetch_all(chosen.order_by(ReceiptRow.at, ReceiptRow.id)), "delivery_id")


def _grouped(rows: list[AnyRow], key: str) -> dict[str, list[AnyRow]]:
    groups: dict[str, list[AnyRow]] = {}
    for row in rows:
        groups.setdefault(getattr(row, key), []).append(row)
    return groups
