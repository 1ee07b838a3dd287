"""Selects of the directory: pages of published partners. Each walks an index, or is bounded by a box on the map."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, null, select, tuple_

from metaia.core import db, geo
from metaia.core.access.actor import Actor
from metaia.core.db import geometry
from metaia.core.geo import Point
from metaia.core.http import pagination
from metaia.core.json import Json
from metaia.shops.directory import conditions
from metaia.shops.directory.policy import DISTANCE, POPULARITY, RATING
from metaia.shops.models import FollowerTotalRow, PartnerProfileRow, RatingTotalRow
from metaia.shops.queries import COLUMNS, OF_PARTNER, Shop, Totals
from metaia.users import queries as user_queries

PROFILE, RATINGS, FOLLOWERS = PartnerProfileRow, RatingTotalRow, FollowerTotalRow
SORTABLE: pagination.Sortable = {
    "rating": RATINGS.score,
    "popularity": FOLLOWERS.followers,
    "name": PROFILE.business_name,
    "created_at": PROFILE.created_at,
}
NOWHERE = 1e12  # the distance of a shop without a place
_SHOWN = (literal_column("partner_profiles.status") == literal_column("'published'"), user_queries.ACTIVE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A partner of a page, and the value by which the list is sorted."""

    shop: Shop
    totals: Totals
    value: Any

    @property
    def key(self) -> tuple[Any, str]:
        """Return the place in the list."""
        return self.value, self.shop.user_id


def get(partner: str, *, is_id: bool) -> Listed | None:
    """Return a published partner by its id or slug."""
    column = PROFILE.user_id if is_id else PROFILE.slug
    row = db.fetch_one(_listed(null()).where(column == partner))
    return None if row is None else _row(row)


def page(
    actor: Actor | None, filters: Json, *, sort: str, limit: int, cursor: str | None
) -> tuple[list[Listed], str | None]:
    """Return one page of published partners, and the next page's cursor."""
    wanted = conditions.all_of(actor, filters)
    if sort == DISTANCE:
        found = _by_distance(filters, wanted, limit, cursor)
    else:
        query = _listed(SORTABLE[_name(sort)], sort).where(*wanted)
        key = PROFILE.user_id
        query = pagination.page(query, sort=sort, sortable=SORTABLE, key=key, limit=limit, cursor=cursor)
        found = [_row(row) for row in db.fetch_all(query)]
    more = len(found) > limit
    return found[:limit], pagination.encode(sort, [*found[limit - 1].key]) if more else None


def _by_distance(
    filters: Json, wanted: list[ColumnElement[bool]], limit: int, cursor: str | None
) -> list[Listed]:
    """Return partners in the order of their distances; near ±180° of longitude those of both sides, merged."""
    after = None if cursor is None else pagination.decode(cursor, DISTANCE)
    found = [_row(row) for query in _nearest(filters, wanted, limit, after) for row in db.fetch_all(query)]
    return sorted(found, key=attrgetter("key"))[: limit + 1]


def _nearest(
    filters: Json, wanted: list[ColumnElement[bool]], limit: int, after: list[Any] | None
) -> list[Select[Any]]:
    near: Point | None = filters.get("near")
    if near is None:  # the candidates are those whose area has the place, which an index finds
        distance: ColumnElement[float] = func.coalesce(conditions.metres(filters["delivers_to"]), NOWHERE)
        return [_in_order(_listed(distance).where(*wanted), distance, limit, after)]
    boxes = geo.around(near, filters["radius_m"])
    selects = []
    for box, (x, y) in geo.anchors(near, boxes):
        distance = geometry.distance(PROFILE.geo_point, x, y)
        query = _listed(distance).where(geometry.is_in_box(PROFILE.geo_point, box), *wanted)
        selects.append(_in_order(query, distance, limit, after))
    return selects


def _in_order(
    query: Select[Any], distance: ColumnElement[float], limit: int, after: list[Any] | None
) -> Select[Any]:
    if after is not None:
        value, last = after
        here = tuple_(distance, PROFILE.user_id)
        query = query.where(here > tuple_(literal(value, distance.type), literal(last, PROFILE.user_id.type)))
    return query.order_by(distance, PROFILE.user_id).limit(limit + 1)


def _listed(value: Any, sort: str | None = None) -> Select[Any]:
    """Return the select of published partners with their totals and a value.

    Each profile has its totals. An inner join lets PostgreSQL walk the index that the list is sorted by.
    """
    query = select(*COLUMNS, RATINGS.counts, FOLLOWERS.followers, value.label("value")).select_from(PROFILE)
    query = query.join(*user_queries.owner(PROFILE.user_id)).where(*_SHOWN)
    ratings = and_(RATINGS.subject_id == PROFILE.user_id, OF_PARTNER)
    query = query.join(RATINGS, ratings, isouter=sort != RATING)
    return query.join(FOLLOWERS, FOLLOWERS.partner_id == PROFILE.user_id, isouter=sort != POPULARITY)


def _row(row: Any) -> Listed:
    *values, counts, followers, value = row
    return Listed(Shop(*values), Totals(counts or Totals().counts, followers or 0), value)


def _name(sort: str) -> str:
    return {"createdAt": "created_at"}.get(sort.lstrip("-"), sort.lstrip("-"))
