"""Every select by which staff look at notifications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, case, cast, func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.notifications.campaigns.models import Campaign
from metaia.notifications.models import Attempt, Delivery, Notification, Receipt
from metaia.users.models import User

STATUSES = ("queued", "sending", "sent", "delivered", "undelivered", "failed", "suppressed", "cancelled")
DIMENSIONS: dict[str, Any] = {
    "type": Notification.type,
    "channel": Delivery.channel,
    "provider": Delivery.provider,
    "day": cast(func.timezone("UTC", Delivery.created_at), Date),
}
SORTABLE: pagination.Sortable = {"created_at": Notification.created_at}
# How far the luckiest delivery of a notification has got: the funnel counts each notification once.
FURTHEST = func.max(
    case(
        {
            "suppressed": 1,
            "cancelled": 2,
            "failed": 3,
            "undelivered": 4,
            "queued": 5,
            "sending": 5,
            "sent": 6,
        },
        value=Delivery.status,
        else_=7,
    )
)
FUNNEL = {
    "waiting": (5,),
    "sent": (4, 6, 7),
    "delivered": (7,),
    "failed": (3, 4),
    "suppressed": (1,),
    "cancelled": (2,),
}


def counts(since: datetime, until: datetime, by: Sequence[str]) -> list[AnyRow]:
    """Return how many deliveries planned in a time have each status, by some of DIMENSIONS."""
    groups = [DIMENSIONS[name].label(name) for name in by]
    numbers = [func.count().filter(Delivery.status == status).label(status) for status in STATUSES]
    query = select(*groups, *numbers, func.count().label("total"))
    if "type" in by:
        query = query.join(Notification, Notification.id == Delivery.notification_id)
    query = query.where(Delivery.created_at >= since, Delivery.created_at < until)
    return db.fetch_all(query.group_by(*groups).order_by(*groups))


def funnel(*conditions: ColumnElement[bool]) -> AnyRow:
    """Return how far the notifications have got that meet `conditions`."""
    reached = (
        select(Delivery.notification_id, FURTHEST.label("furthest"))
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(*conditions)
        .group_by(Delivery.notification_id)
        .subquery()
    )
    unplanned = Notification.planned_at.is_(None)
    numbers = {
        name: func.count().filter(reached.c.furthest.in_(ranks) | (unplanned if name == "waiting" else False))
        for name, ranks in FUNNEL.items()
    } | {
        "recipients": func.count(),
        "seen": func.count(Notification.read_at),
        "clicked": func.count(Notification.clicked_at),
    }
    query = (
        select(*(number.label(name) for name, number in numbers.items()))
        .select_from(Notification)
        .outerjoin(reached, reached.c.notification_id == Notification.id)
        .where(*conditions)
    )
    return db.fetch_all(query)[0]


def told_between(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for notifications of a time."""
    return Notification.created_at >= since, Notification.created_at < until


def of_campaign(campaign_id: str) -> ColumnElement[bool]:
    """Return the condition for a campaign's notifications."""
    return Notification.campaign_id == campaign_id


def search(
    *, since: datetime, until: datetime, sort: str, limit: int, cursor: str | None, **filters: Any
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of the notifications that staff look for, and the next page's cursor."""
    query = select(Notification.__table__).where(*told_between(since, until), *_conditions(filters))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=Notification.id, limit=limit, cursor=cursor
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def _conditions(filters: dict[str, Any]) -> Iterable[ColumnElement[bool]]:
    of_delivery = {"status": Delivery.status, "channel": Delivery.channel}
    chosen = [column == filters[name] for name, column in of_delivery.items() if name in filters]
    if chosen:
        yield select(Delivery.id).where(Delivery.notification_id == Notification.id, *chosen).exists()
    if "email" in filters:
        owner = select(User.id).where(User.email == filters["email"].lower()).scalar_subquery()
        yield Notification.user_id == owner
    for name in ("user_id", "type", "subject", "campaign_id"):
        if name in filters:
            yield getattr(Notification, name) == filters[name]


def notification(notification_id: str) -> AnyRow | None:
    """Return a notification with what its trace says of its user and its campaign."""
    query = (
        select(Notification.__table__, User.role, User.locale, User.time_zone, User.active,
               Campaign.name.label("campaign"))
        .join(User, User.id == Notification.user_id)
        .outerjoin(Campaign, Campaign.id == Notification.campaign_id)
        .where(Notification.id == notification_id)
    )  # fmt: skip
    return db.fetch_one(query)


def delivery(delivery_id: str) -> AnyRow | None:
    """Return a delivery, locked."""
    return db.fetch_one(select(Delivery.__table__).where(Delivery.id == delivery_id).with_for_update())


def deliveries(notification_ids: Iterable[str]) -> dict[str, list[AnyRow]]:
    """Return the deliveries of notifications, by notification."""
    chosen = select(Delivery.__table__).where(among(Delivery.notification_id, notification_ids))
    return _grouped(db.fetch_all(chosen.order_by(Delivery.id)), "notification_id")


def attempts(delivery_ids: Iterable[str]) -> dict[str, list[AnyRow]]:
    """Return the attempts of deliveries, by delivery."""
    chosen = select(Attempt.__table__).where(among(Attempt.delivery_id, delivery_ids))
    return _grouped(db.fetch_all(chosen.order_by(Attempt.number)), "delivery_id")


def receipts(delivery_ids: Iterable[str]) -> dict[str, list[AnyRow]]:
    """Return the receipts of deliveries, by delivery."""
    chosen = select(Receipt.__table__).where(among(Receipt.delivery_id, delivery_ids))
    return _grouped(db.fetch_all(chosen.order_by(Receipt.at, Receipt.id)), "delivery_id")


def _grouped(rows: list[AnyRow], key: str) -> dict[str, list[AnyRow]]:
    groups: dict[str, list[AnyRow]] = {}
    for row in rows:
        groups.setdefault(getattr(row, key), []).append(row)
    return groups
