"""Every select on campaigns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from metaia.core import db
from metaia.core.http import pagination
from metaia.core.times import now
from metaia.notifications.campaigns import audience_filters
from metaia.notifications.campaigns.models import Campaign as Table


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it stands: see models.py."""

    id: str
    name: str
    title: str
    message: str
    channels: list[str]
    audience: dict[str, Any]
    scheduled_at: datetime | None
    rate_per_minute: int
    status: str
    version: int
    reached: str | None
    recipients: int
    total: int | None
    next_at: datetime | None
    told_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    created_by: str
    created_at: datetime
    updated_at: datetime


SORTABLE: pagination.Sortable = {"created_at": Table.created_at}
LEFT = text(
    """
    SELECT EXISTS (SELECT FROM notifications WHERE campaign_id = :id AND planned_at IS NULL) OR EXISTS (
        SELECT FROM notifications JOIN deliveries ON notification_id = notifications.id
        WHERE campaign_id = :id AND status = 'queued'
    )
    """
)


_all = select(*(getattr(Table, field.name) for field in fields(Campaign)))


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Campaign], str | None]:
    """Return one page of campaigns, and the next page's cursor."""
    query = _all.where(Table.status == filters["status"]) if "status" in filters else _all
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=Table.id, limit=limit, cursor=cursor)
    rows, following = pagination.cut([Campaign(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)
    return list(rows), following


def get(campaign_id: str) -> Campaign | None:
    """Return a campaign."""
    row = db.fetch_one(_all.where(Table.id == campaign_id))
    return None if row is None else Campaign(*row)


def to_change(campaign_id: str) -> Campaign | None:
    """Return a campaign, locked."""
    row = db.fetch_one(_all.where(Table.id == campaign_id).with_for_update())
    return None if row is None else Campaign(*row)


def due(campaign_id: str | None = None) -> Campaign | None:
    """Return the campaign (or this one) that has waited longest for the job, locked; none in other hands."""
    query = _all.where(Table.next_at <= now())
    if campaign_id is not None:
        query = query.where(Table.id == campaign_id)
    row = db.fetch_one(query.order_by(Table.next_at).limit(1).with_for_update(skip_locked=True))
    return None if row is None else Campaign(*row)


def is_due() -> bool:
    """Return whether the job has something to do."""
    return db.fetch_one(select(Table.id).where(Table.next_at <= now()).limit(1)) is not None


def size(campaign: Campaign, moment: datetime) -> int:
    """Return how many people the audience of a campaign has at `moment`, which is not in the past."""
    size = text(f"SELECT count(*) FROM users WHERE {audience_filters.where(campaign.audience)}")  # noqa: S608 - our own words
    return int(db.fetch_value(size, audience_filters.values(campaign.audience, moment)))


def anything_left(campaign_id: str) -> bool:
    """Return whether anything of a campaign may still go out."""
    return bool(db.fetch_value(LEFT, {"id": campaign_id}))
