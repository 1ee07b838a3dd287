"""Figures about reviews: satisfaction by period for a partner, and by partner for staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import Forbidden
from metaia.core.http.pagination import Page
from metaia.core.json import Json
from metaia.reviews.analytics import queries
from metaia.reviews.policy import REVIEWS_READ
from metaia.reviews.totals import queries as totals

STARS = (1, 2, 3, 4, 5)
GOOD = (4, 5)


def stats(actor: Actor, query: Json) -> Json:
    """Return the figures of a partner's own reviews; staff name a partner, or get those of all. Raises Forbidden."""
    partner_id = _partner(actor, query["partner_id"])
    wanted = (query["from_"], query["to"], partner_id)
    ratings = queries.ratings(*wanted, query["group_by"])
    purchases = queries.purchases(*wanted, query["group_by"])
    periods = sorted({row.period for row in (*ratings, *purchases)})
    return {
        "total": _figures(ratings, purchases) | {"medianReplyHours": queries.reply_hours(*wanted)},
        "periods": [{"period": each.isoformat()} | _of_period(each, ratings, purchases) for each in periods],
    }


def satisfaction(*, filters: Json, sort: str, limit: int, cursor: str | None) -> Page:
    """Return one page of partners with their orders and ratings in a time, and the next page's cursor."""
    first, last = filters["from_"], filters["to"]
    rows, following = queries.partners(first, last, sort=sort, limit=limit, cursor=cursor)
    return _partners(rows, first, last), following


def _partner(actor: Actor, wanted: str | None) -> str | None:
    if actor.may(REVIEWS_READ):
        return wanted
    if not actor.is_partner or wanted not in {None, actor.id}:
        raise Forbidden("These figures are for the partner and for staff.")
    return actor.id


def _of_period(period: Any, ratings: Iterable[AnyRow], purchases: Iterable[AnyRow]) -> Json:
    of_ratings, of_purchases = (
        [row for row in rows if row.period == period] for rows in (ratings, purchases)
    )
    return _figures(of_ratings, of_purchases)


def _figures(ratings: Iterable[AnyRow], purchases: Iterable[AnyRow]) -> Json:
    stars, replied = Counter[int](), 0
    for row in ratings:
        stars[row.rating] += row.reviews
        replied += row.replied
    found = list(purchases)
    ended, reviewed = sum(row.ended for row in found), sum(row.reviewed for row in found)
    return totals.shown([stars[number] for number in STARS]) | {
        "csat": _share(sum(stars[number] for number in GOOD), stars.total()),
        "responseRate": _share(replied, stars.total()),
        "reviewRate": _share(reviewed, ended),
    }


def _partners(rows: list[AnyRow], first: datetime, last: datetime) -> list[Json]:
    ids = [row.id for row in rows]
    late, names = queries.late(first, last, ids), queries.names(ids)
    return [_satisfaction(row, late.get(row.id), names[row.id]) for row in rows]


def _satisfaction(row: AnyRow, late: AnyRow | None, name: str) -> Json:
    return {
        "partnerId": row.id,
        "name": name,
        "orders": row.orders,
        "cancelledShare": round(row.cancelled_share, 4),
        "lateShare": _share(late.late, late.promised) if late else None,
        "count": row.reviews,
        "average": round(row.average, 2) if row.reviews else None,
        "csat": _share(row.good, row.reviews),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
