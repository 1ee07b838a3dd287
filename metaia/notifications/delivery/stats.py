"""The funnel of notifications: how many reached which stage of their delivery."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from metaia.core import db
from metaia.notifications.delivery.models import DeliveryRow
from metaia.notifications.models import NotificationRow

STAGES = {
    "suppressed": 1,
    "cancelled": 2,
    "failed": 3,
    "undelivered": 4,
    "queued": 5,
    "sending": 5,
    "sent": 6,
}
FURTHEST = func.max(case(STAGES, value=DeliveryRow.status, else_=7))  # 7: delivered
FUNNEL = {
    "waiting": (5,),
    "sent": (4, 6, 7),
    "delivered": (7,),
    "failed": (3, 4),
    "suppressed": (1,),
    "cancelled": (2,),
}


def funnel(*conditions: ColumnElement[bool]) -> dict[str, Any]:
    """Return the numbers of schemas.NotificationFunnel for the notifications that meet `conditions`.

    Each notification counts once, at the furthest stage of its deliveries.
    """
    reached = (
        select(DeliveryRow.notification_id, FURTHEST.label("furthest"))
        .join(NotificationRow, NotificationRow.id == DeliveryRow.notification_id)
        .where(*conditions)
        .group_by(DeliveryRow.notification_id)
        .subquery()
    )
    unplanned = NotificationRow.planned_at.is_(None)
    numbers = {
        name: func.count().filter(
            reached.c.furthest.in_(stages) | (unplanned if name == "waiting" else False)
        )
        for name, stages in FUNNEL.items()
    } | {
        "recipients": func.count(),
        "seen": func.count(NotificationRow.read_at),
        "clicked": func.count(NotificationRow.clicked_at),
    }
    query = (
        select(*(number.label(name) for name, number in numbers.items()))
        .select_from(NotificationRow)
        .outerjoin(reached, reached.c.notification_id == NotificationRow.id)
        .where(*conditions)
    )
    return dict(db.fetch_all(query)[0]._mapping)


def funnel_of_campaign(campaign_id: str) -> dict[str, Any]:
    """Return the funnel of the notifications of a campaign."""
    return funnel(NotificationRow.campaign_id == campaign_id)
