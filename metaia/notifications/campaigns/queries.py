"""Selects on campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.times import now
from metaia.notifications.campaigns import audience_filters
from metaia.notifications.campaigns.models import CampaignRow
from metaia.notifications.campaigns.notifications import CAMPAIGN
from metaia.notifications.campaigns.state import CANCELLED


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign; models.CampaignRow describes the fields."""

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
    type: str = CAMPAIGN.name
    data: dict[str, Any] = field(default_factory=dict)


SORTABLE: pagination.Sortable = {"created_at": CampaignRow.created_at}
HAS_UNSENT = text(
    """
    SELECT EXISTS (SELECT FROM notifications WHERE campaign_id = :id AND planned_at IS NULL) OR EXISTS (
        SELECT FROM notifications JOIN deliveries ON notification_id = notifications.id
        WHERE campaign_id = :id AND status = 'queued'
    )
    """
)
_all = select(*(getattr(CampaignRow, each.name) for each in fields(Campaign)))


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Campaign], str | None]:
    """Return one page of campaigns, and the next page's cursor."""
    query = _all.where(CampaignRow.status == filters["status"]) if "status" in filters else _all
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=CampaignRow.id, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut([Campaign(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)
    return list(rows), following


def get(campaign_id: str) -> Campaign | None:
    """Return a campaign."""
    row = db.fetch_one(_all.where(CampaignRow.id == campaign_id))
    return None if row is None else Campaign(*row)


def latest_of(user_id: str, type_: str) -> datetime | None:
    """Return when a user has created the latest campaign with notifications of a type."""
    row = CampaignRow
    mine = (row.created_by == user_id, row.type == type_)
    found = db.fetch_one(select(row.created_at).where(*mine).order_by(row.created_at.desc()).limit(1))
    return None if found is None else found.created_at


def to_change(campaign_id: str) -> Campaign | None:
    """Return a campaign, row-locked."""
    row = db.fetch_one(_all.where(CampaignRow.id == campaign_id).with_for_update())
    return None if row is None else Campaign(*row)


def lock_due(campaign_id: str | None = None) -> Campaign | None:
    """Return the campaign, or this one, that has been due for the longest time, row-locked.

    A campaign that another worker has row-locked is skipped.
    """
    query = _all.where(CampaignRow.next_at <= now())
    if campaign_id is not None:
        query = query.where(CampaignRow.id == campaign_id)
    row = db.fetch_one(query.order_by(CampaignRow.next_at).limit(1).with_for_update(skip_locked=True))
    return None if row is None else Campaign(*row)


def is_due() -> bool:
    """Return whether the job has work."""
    return db.fetch_one(select(CampaignRow.id).where(CampaignRow.next_at <= now()).limit(1)) is not None


def audience_size(campaign: Campaign, moment: datetime) -> int:
    """Return the number of users in the audience of a campaign at `moment`, which must not be in the past."""
    size = text(f"SELECT count(*) FROM users WHERE {audience_filters.condition(campaign.audience)}")  # noqa: S608 - only constants
    return int(db.fetch_value(size, audience_filters.parameters(campaign.audience, moment)))


def still_wanted(rows: Sequence[Any]) -> set[str]:
    """Return the ids of the notifications in `rows` from campaigns that are not cancelled."""
    ids = {row.campaign_id for row in rows}
    query = select(CampaignRow.id).where(among(CampaignRow.id, ids), CampaignRow.status == CANCELLED)
    cancelled = {row.id for row in db.fetch_all(query)}
    return {row.notification_id for row in rows if row.campaign_id not in cancelled}


def has_unsent(campaign_id: str) -> bool:
    """Return whether a campaign has an unplanned notification or a queued delivery."""
    return bool(db.fetch_value(HAS_UNSENT, {"id": campaign_id}))
