"""Statements on follows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, select, text
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.http.fields import Id
from metaia.notifications.campaigns.audience_filters import AudienceFilter
from metaia.shops import queries as shop_queries
from metaia.shops.follows.models import FollowRow
from metaia.shops.models import FollowerTotalRow, PartnerProfileRow, RatingTotalRow
from metaia.users import queries as user_queries

_row, _profile = FollowRow, PartnerProfileRow
_PUBLISHED = text("partner_profiles.status = 'published'")
SORTABLE: pagination.Sortable = {"followed_at": _row.created_at}
_followed_at = _row.created_at.label("followed_at")
_followers: list[Any] = [_row.follower_id.label("id"), _followed_at, user_queries.NAME]
_following: list[Any] = [
    _row.partner_id.label("id"),
    _followed_at,
    _profile.slug,
    _profile.business_name,
    _profile.category,
    _profile.logo_media_id,
    RatingTotalRow.counts,
    func.coalesce(FollowerTotalRow.followers, 0).label("followers"),
]
FOLLOWERS_OF = AudienceFilter(
    "followers_of",
    """EXISTS (
        SELECT FROM follows WHERE follows.follower_id = users.id AND follows.created_at <= :began_at
            AND follows.partner_id = CAST(:followers_of AS uuid)
    )""",
    "who follows this partner",
    Id,
    str,
)
# Of both sides of deleted accounts. The trigger row-locks the totals of the partners in the order of their ids.
_FORGET = text(
    """
    DELETE FROM follows WHERE (follower_id, partner_id) IN (
        SELECT f.follower_id, f.partner_id FROM users u CROSS JOIN LATERAL (
            SELECT follower_id, partner_id FROM follows WHERE follower_id = u.id
            UNION ALL SELECT follower_id, partner_id FROM follows WHERE partner_id = u.id
        ) f WHERE u.inactive_because = 'deleted' LIMIT :limit
    )
    """
)


def is_published(partner_id: str) -> bool:
    """Return whether a partner has a profile that the public sees."""
    published = select(_profile.user_id).join(*user_queries.owner(_profile.user_id))
    query = published.where(_profile.user_id == partner_id, _PUBLISHED, user_queries.ACTIVE)
    return db.fetch_one(query) is not None


def add(follower_id: str, partner_id: str, moment: datetime) -> bool:
    """Add a follow; return False if there is one. The partner's total is counted with it."""
    query = insert(_row).values(follower_id=follower_id, partner_id=partner_id, created_at=moment)
    return db.execute(query.on_conflict_do_nothing().returning(_row.partner_id)).first() is not None


def followed(user_id: str, partner_ids: Collection[str]) -> set[str]:
    """Return those of some partners that a user follows."""
    query = select(_row.partner_id).where(_row.follower_id == user_id, among(_row.partner_id, partner_ids))
    return {row.partner_id for row in db.fetch_all(query)}


def is_followed(partner_id: Any, actor: Actor | None) -> ColumnElement[bool]:
    """Return the condition that an actor follows the partner in a column; without an account it is false."""
    if actor is None:
        return false()
    return exists().where(_row.follower_id == actor.id, _row.partner_id == partner_id)


def published_partners(user_id: str) -> Select[Any]:
    """Return a select of `partner_id`: the published partners that a user follows."""
    return select(_row.partner_id).where(_row.follower_id == user_id, shop_queries.published(_row.partner_id))


def count_of(user_id: str) -> int:
    """Return how many partners a user follows."""
    return int(db.fetch_value(select(func.count()).where(_row.follower_id == user_id)))


def followers(partner_id: str) -> int:
    """Return the number of followers of a partner."""
    row = FollowerTotalRow
    return int(db.fetch_value(select(row.followers).where(row.partner_id == partner_id)) or 0)


def following_page(
    user_id: str, *, sort: str, limit: int, cursor: str | None
) -> tuple[list[AnyRow], str | None]:
    """Return one page of the published partners that a user follows, and the next page's cursor."""
    rated = (RatingTotalRow.subject_type == "partner") & (RatingTotalRow.subject_id == _row.partner_id)
    query = (
        select(*_following)
        .join(_profile, _profile.user_id == _row.partner_id)
        .join(RatingTotalRow, rated, isouter=True)
        .join(FollowerTotalRow, FollowerTotalRow.partner_id == _row.partner_id, isouter=True)
        .where(_row.follower_id == user_id, _PUBLISHED)
    )
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=_row.partner_id, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
    return list(rows), following


def followers_page(
    partner_id: str, *, sort: str, limit: int, cursor: str | None
) -> tuple[list[AnyRow], str | None]:
    """Return one page of the followers of a partner with their names, and the next page's cursor."""
    query = select(*_followers).join(*user_queries.owner(_row.follower_id))
    query = query.where(_row.partner_id == partner_id)
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=_row.follower_id, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
    return list(rows), following


def forget(limit: int) -> int:
    """Delete up to `limit` follows of deleted users and partners; return their number."""
    return db.execute(_FORGET, {"limit": limit}).rowcount
