"""Selects on posts, and the record that they return."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, text, true

from metaia.core import db
from metaia.core.http import pagination
from metaia.core.http.pagination import Page
from metaia.products.posts.models import PostRow
from metaia.shops.follows import queries as follow_queries


@dataclass(frozen=True, slots=True)
class Post:
    """A post; models.PostRow describes the columns."""

    id: str
    partner_id: str
    text: str
    product_id: str | None
    media_ids: list[str]
    campaign_id: str | None
    created_at: datetime


NEWEST = "-createdAt"
SORTABLE: pagination.Sortable = {"created_at": PostRow.created_at}
_columns = [getattr(PostRow, each.name) for each in fields(Post)]
_OF_DELETED = text(
    """
    SELECT p.id::text AS id FROM users u JOIN partner_posts p ON p.partner_id = u.id
    WHERE u.inactive_because = 'deleted' LIMIT :limit
    """
)


def get(post_id: str) -> Post | None:
    """Return a post."""
    row = db.fetch_one(select(*_columns).where(PostRow.id == post_id))
    return None if row is None else Post(*row)


def lock(post_id: str) -> Post | None:
    """Return a post, row-locked."""
    row = db.fetch_one(select(*_columns).where(PostRow.id == post_id).with_for_update())
    return None if row is None else Post(*row)


def of_partner(partner_id: str, *, limit: int, cursor: str | None, sort: str = NEWEST) -> Page:
    """Return one page of the posts of a partner, the newest first, and the next page's cursor."""
    query = select(*_columns).where(PostRow.partner_id == partner_id)
    return _cut(_page(query, sort, limit, cursor), sort, limit)


def feed(user_id: str, *, limit: int, cursor: str | None) -> Page:
    """Return one page of the posts of the partners that a user follows, the newest first, and the next page's cursor.

    Each partner gives at most one page, from the index of its posts: the select reads as much, however many there are.
    """
    mine = follow_queries.published_partners(user_id).subquery("mine")
    own = select(*_columns).where(PostRow.partner_id == mine.c.partner_id)
    post = _page(own, NEWEST, limit, cursor).lateral("post")
    query = select(*(post.c[each.name] for each in fields(Post))).select_from(mine.join(post, true()))
    return _cut(query.order_by(post.c.created_at.desc(), post.c.id.desc()).limit(limit + 1), NEWEST, limit)


def of_deleted_users(limit: int) -> list[str]:
    """Return the ids of posts of deleted users."""
    return [row.id for row in db.fetch_all(_OF_DELETED, {"limit": limit})]


def _page(query: Select[Any], sort: str, limit: int, cursor: str | None) -> Select[Any]:
    return pagination.page(query, sort=sort, sortable=SORTABLE, key=PostRow.id, limit=limit, cursor=cursor)


def _cut(query: Select[Any], sort: str, limit: int) -> Page:
    return pagination.cut([Post(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)
