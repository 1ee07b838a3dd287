"""Selects on users, active days and cohorts. Distinct users are counted for each period, never added up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from sqlalchemy import select, text

from metaia.analytics.answers import Ask
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.users import queries as user_queries

ACTIVATED: Final = "c.first_at < u.created_at + interval '7 days'"
_NUMBER: Final = "width_bucket({0}, CAST(:starts AS timestamptz[])) AS number"
_REGISTERED = text(
    f"""
    SELECT {_NUMBER.format("u.created_at")}, u.role, count(*) AS registered,
        count(u.email_verified_at) AS verified, count(*) FILTER (WHERE {ACTIVATED}) AS activated
    FROM users u LEFT JOIN cohorts c ON c.user_id = u.id
    WHERE u.created_at >= :start AND u.created_at < :end GROUP BY 1, 2
    """  # noqa: S608 - constants
)
_NEW = text(
    f"""
    SELECT {_NUMBER.format("first_at")}, count(*) AS customers FROM cohorts
    WHERE first_at >= :start AND first_at < :end GROUP BY 1
    """  # noqa: S608 - constants
)
_RETURNING = text(
    """
    SELECT number, count(DISTINCT customer_id) AS customers FROM (
        SELECT width_bucket(f.placed_at, CAST(:starts AS timestamptz[])) AS number, f.customer_id, c.first_at
        FROM fact_orders f JOIN cohorts c ON c.user_id = f.customer_id
        WHERE f.placed_at >= :start AND f.placed_at < :end
    ) o WHERE first_at < (CAST(:starts AS timestamptz[]))[number] GROUP BY GROUPING SETS ((number), ())
    """
)
# Days are sent as the days since 1970, because `width_bucket` has no dates.
_DAY: Final = "day - DATE '1970-01-01'"
_ACTIVE = text(
    f"""
    SELECT number, grouping(role) AS all_roles, role, count(DISTINCT user_id) AS users, sum(actions)::bigint AS actions,
        count(*) AS user_days
    FROM (
        SELECT width_bucket({_DAY}, CAST(:firsts AS int[])) AS number, user_id, role, actions FROM activity_days
        WHERE day >= :first AND day <= :last
    ) a GROUP BY GROUPING SETS ((number, role), (number), ())
    """  # noqa: S608 - constants
)
_TRAILING = text(
    """
    SELECT d.day, count(DISTINCT user_id) FILTER (WHERE a.day > d.day - 7) AS wau, count(DISTINCT user_id) AS mau
    FROM unnest(CAST(:days AS date[])) d (day) JOIN activity_days a ON a.day > d.day - 30 AND a.day <= d.day
    GROUP BY d.day
    """
)
_SIZES = text(
    f"SELECT {_NUMBER.format('first_at')}, count(*) AS size FROM cohorts"  # noqa: S608 - constants
    " WHERE first_at >= :start AND first_at < :end GROUP BY 1"
)
_CAME_BACK = text(
    """
    SELECT cohort, number, count(DISTINCT customer_id) AS customers FROM (
        SELECT width_bucket(c.first_at, CAST(:starts AS timestamptz[])) AS cohort, f.customer_id,
            width_bucket(f.placed_at, CAST(:starts AS timestamptz[])) AS number
        FROM fact_orders f JOIN cohorts c ON c.user_id = f.customer_id
        WHERE c.first_at >= :start AND c.first_at < :end AND f.placed_at < :end
    ) o GROUP BY 1, 2
    """
)


def registered(ask: Ask) -> list[AnyRow]:
    """Return the numbers of new accounts by bucket and role."""
    return db.fetch_all(_REGISTERED, ask.bounds)


def new_customers(ask: Ask) -> dict[int, int]:
    """Return the numbers of first orders by bucket."""
    return {row.number: row.customers for row in db.fetch_all(_NEW, ask.bounds)}


def returning_customers(ask: Ask) -> dict[int | None, int]:
    """Return the numbers of customers that had ordered before the bucket; by None those of the whole period."""
    return {row.number: row.customers for row in db.fetch_all(_RETURNING, ask.bounds)}


def active(firsts: Sequence[int], first: date, last: date) -> list[AnyRow]:
    """Return the active users by bucket, with and without role, and of the whole period (without a number).

    `firsts` are the first days of buckets, as days since 1970.
    """
    return db.fetch_all(_ACTIVE, {"firsts": list(firsts), "first": first, "last": last})


def trailing(days: Sequence[date]) -> dict[date, AnyRow]:
    """Return the active users of the 7 and 30 days up to each of these days."""
    return {row.day: row for row in db.fetch_all(_TRAILING, {"days": list(days)})}


def sizes(ask: Ask) -> dict[int, int]:
    """Return the sizes of cohorts by bucket of the first order."""
    return {row.number: row.size for row in db.fetch_all(_SIZES, ask.bounds)}


def came_back(ask: Ask) -> dict[tuple[int, int], int]:
    """Return the numbers of customers with orders, by bucket of the first order and bucket of the orders."""
    return {(row.cohort, row.number): row.customers for row in db.fetch_all(_CAME_BACK, ask.bounds)}


def named(user_ids: Collection[str]) -> list[AnyRow]:
    """Return the ids and names of users."""
    query = select(user_queries.ID, user_queries.NAME)
    return db.fetch_all(query.where(among(user_queries.ID, user_ids)))
