"""Selects that count reviews, and the orders and bookings that could be reviewed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, column, select, text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.reviews.models import ReviewRow

_row = ReviewRow
# `{mine}` is a condition on the partner, so that the plan is that of one partner or of all.
_MINE = "partner_id = :partner"
_ALL = "partner_id IS NOT NULL"
_REVIEWS = "status = 'published' AND subject_type = 'partner' AND created_at >= :first AND created_at < :last"
_RATINGS = """
    SELECT date_trunc(:unit, created_at AT TIME ZONE 'UTC')::date AS period, rating, count(*) AS reviews,
        count(reply) AS replied
    FROM reviews WHERE {reviews} AND {mine} GROUP BY 1, 2 ORDER BY 1
"""
_HOURS = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM replied_at - created_at) / 3600)
    FROM reviews WHERE {reviews} AND {mine} AND replied_at IS NOT NULL
"""
_PURCHASES = """
    SELECT date_trunc(:unit, at AT TIME ZONE 'UTC')::date AS period, count(*) AS ended, count(review_id) AS reviewed
    FROM (
        SELECT created_at AS at, (
            SELECT r.id FROM reviews r
            WHERE r.order_id = orders.id AND subject_type = 'partner' AND r.status <> 'deleted'
        ) AS review_id
        FROM orders WHERE created_at >= :first AND created_at < :last AND {mine} AND customer_id IS NOT NULL
            AND status IN ('delivered', 'completed') AND (offer_id IS NOT NULL OR customer_id = (
                SELECT actor_id FROM order_steps WHERE order_id = orders.id AND order_steps.version = 1
            ))
        UNION ALL SELECT starts_at, (
            SELECT r.id FROM reviews r WHERE r.booking_id = bookings.id AND r.status <> 'deleted'
        )
        FROM bookings WHERE starts_at >= :first AND starts_at < :last AND {mine} AND customer_id IS NOT NULL
            AND status = 'completed'
    ) purchases GROUP BY 1 ORDER BY 1
"""
_PARTNERS = """
    SELECT o.id, o.orders, o.cancelled / o.orders::float AS cancelled_share, coalesce(r.reviews, 0) AS reviews,
        coalesce(r.good, 0) AS good, coalesce(r.average, 0)::float AS average
    FROM (
        SELECT partner_id AS id, count(*) AS orders,
            count(*) FILTER (WHERE status IN ('rejected', 'cancelled')) AS cancelled
        FROM orders WHERE created_at >= :first AND created_at < :last AND partner_id IS NOT NULL GROUP BY 1
    ) o LEFT JOIN (
        SELECT partner_id AS id, count(*) AS reviews, count(*) FILTER (WHERE rating >= 4) AS good,
            avg(rating) AS average
        FROM reviews WHERE {reviews} GROUP BY 1
    ) r ON r.id = o.id
"""
_LATE = text(
    """
    SELECT o.partner_id::text AS partner_id, count(*) AS promised,
        count(*) FILTER (WHERE ended.at > promised.at) AS late
    FROM orders o
    JOIN LATERAL (
        SELECT min(at) + (o.estimated_time #>> '{}')::int * interval '1 minute' AS at FROM order_steps
        WHERE order_id = o.id AND action = 'accept'
    ) promised ON promised.at IS NOT NULL
    JOIN LATERAL (
        SELECT min(at) AS at FROM order_steps WHERE order_id = o.id AND status IN ('delivered', 'completed')
    ) ended ON true
    WHERE o.created_at >= :first AND o.created_at < :last AND o.partner_id = ANY (CAST(:ids AS uuid[]))
        AND o.status IN ('delivered', 'completed') AND jsonb_typeof(o.estimated_time) = 'number'
    GROUP BY 1
    """
)
_NAMES = text(
    """
    SELECT u.id::text AS id, coalesce(p.business_name, u.name) AS name
    FROM users u LEFT JOIN partner_profiles p ON p.user_id = u.id WHERE u.id = ANY (CAST(:ids AS uuid[]))
    """
)


def ratings(first: datetime, last: datetime, partner_id: str | None, unit: str) -> list[AnyRow]:
    """Return the number of published reviews of partners, by period and stars, and how many have a reply."""
    return _read(_RATINGS, first, last, partner_id, unit=unit)


def purchases(first: datetime, last: datetime, partner_id: str | None, unit: str) -> list[AnyRow]:
    """Return by period how many orders and bookings of that time have ended, and how many are reviewed."""
    return _read(_PURCHASES, first, last, partner_id, unit=unit)


def reply_hours(first: datetime, last: datetime, partner_id: str | None) -> float | None:
    """Return the median of the hours from a review to the reply."""
    [row] = _read(_HOURS, first, last, partner_id)
    return None if row[0] is None else round(float(row[0]), 2)


def partners(
    first: datetime, last: datetime, *, sort: str, limit: int, cursor: str | None
) -> tuple[list[AnyRow], str | None]:
    """Return one page of the partners with orders in that time: their orders, how many failed, and their ratings.

    Partners without a rating are sorted as 0.
    """
    columns = [
        column("id", _row.id.type),
        column("orders", _row.version.type),
        column("cancelled_share", Float),
    ]
    columns += [column(name, _row.version.type) for name in ("reviews", "good")]
    of_time = text(_PARTNERS.format(reviews=_REVIEWS)).bindparams(first=first, last=last)
    found = of_time.columns(*columns, column("average", Float)).subquery()
    sortable: pagination.Sortable = {name: found.c[name] for name in ("orders", "average", "cancelled_share")}
    query = pagination.page(
        select(*found.c), sort=sort, sortable=sortable, key=found.c.id, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
    return list(rows), following


def late(first: datetime, last: datetime, partner_ids: list[str]) -> dict[str, AnyRow]:
    """Return by partner how many ended orders were promised in so many minutes, and how many of them ended later."""
    rows = db.fetch_all(_LATE, {"first": first, "last": last, "ids": partner_ids})
    return {row.partner_id: row for row in rows}


def names(partner_ids: list[str]) -> dict[str, str]:
    """Return the names of partners: those of their business, or else of the user."""
    return {row.id: row.name for row in db.fetch_all(_NAMES, {"ids": partner_ids})}


def _read(sql: str, first: datetime, last: datetime, partner_id: str | None, **more: Any) -> list[AnyRow]:
    mine = {} if partner_id is None else {"partner": partner_id}
    statement = sql.format(reviews=_REVIEWS, mine=_MINE if mine else _ALL)
    return db.fetch_all(text(statement), {"first": first, "last": last} | mine | more)
