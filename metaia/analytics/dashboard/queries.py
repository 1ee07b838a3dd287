"""Selects of the dashboard: today against the same part of yesterday, and what needs attention."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import text

from metaia.core import db
from metaia.core.db import AnyRow

_ORDERS = text(
    """
    SELECT currency, count(*) AS placed, sum(total)::bigint AS gmv FROM fact_orders
    WHERE placed_at >= :start AND placed_at < :end AND (CAST(:currency AS text) IS NULL OR currency = :currency)
    GROUP BY currency
    """
)
_TO_ACCEPT = text(
    """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM accepted_at - placed_at)::float)
    FROM fact_orders WHERE placed_at >= :start AND placed_at < :end
    """
)
_MONEY = text(
    """
    SELECT currency, sum(gross)::bigint AS gross,
        sum(gross - refunds - disputes + corrections)::bigint AS net FROM fact_money
    WHERE booked_at >= :start AND booked_at < :end AND (CAST(:currency AS text) IS NULL OR currency = :currency)
    GROUP BY currency
    """
)
_USERS = text("SELECT count(*) FROM users WHERE created_at >= :start AND created_at < :end")
_ACTIVE = text("SELECT count(DISTINCT user_id) FROM activity_days WHERE day = :day")
_RATING = text(
    """
    SELECT avg(rating)::float FROM reviews WHERE status = 'published' AND subject_type = 'partner'
    AND created_at >= :start AND created_at < :end
    """
)
# By the key of an entry: the select of a number and the oldest time. Each uses an index of the domain's own lists.
_ATTENTION: Final = {
    "ordersOverdue": "SELECT count(*), min(accept_by) FROM orders WHERE status = 'pending' AND accept_by < now()",
    "deliveriesUnassigned": """
        SELECT count(*), min(courier_wanted_at) FROM orders WHERE courier_id IS NULL
        AND courier_wanted_at IS NOT NULL AND status IN ('accepted', 'preparing', 'ready')
    """,
    "chatsWaiting": """
        SELECT count(*), min(coalesce(waiting_since, created_at)) FROM conversations
        WHERE kind = 'support' AND status = 'open' AND assignee_id IS NULL
    """,
    "reviewsReported": "SELECT count(*), min(created_at) FROM reviews WHERE open_reports > 0",
    "disputesOpen": """
        SELECT count(*), min(created_at) FROM disputes
        WHERE status = 'open' AND created_at > now() - interval '180 days'
    """,
    "refundsFailed": """
        SELECT count(*), min(created_at) FROM refunds WHERE status = 'failed' AND created_at > now() - interval '7 days'
    """,
    "payoutsToApprove": """
        SELECT count(*), min(created_at) FROM payouts
        WHERE status = 'requested' AND created_at > now() - interval '90 days'
    """,
    "moneyFindings": """
        SELECT CASE WHEN jsonb_typeof(findings) = 'array' THEN jsonb_array_length(findings) ELSE 0 END, finished_at
        FROM ledger_audits WHERE finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT 1
    """,
    "figuresWrong": """
        SELECT coalesce((verified->>'count')::int, 0), CAST(verified->>'at' AS timestamptz) FROM analytics_cursor
    """,
}
_WAITING = {key: text(sql) for key, sql in _ATTENTION.items()}


def orders(start: datetime, end: datetime, currency: str | None) -> list[AnyRow]:
    """Return the number and the value of orders that were placed in a time, by currency."""
    return db.fetch_all(_ORDERS, {"start": start, "end": end, "currency": currency})


def to_accept(start: datetime, end: datetime) -> float | None:
    """Return the median of the seconds from order to acceptance, of orders of a time."""
    found: float | None = db.fetch_value(_TO_ACCEPT, {"start": start, "end": end})
    return found


def money(start: datetime, end: datetime, currency: str | None) -> list[AnyRow]:
    """Return gross and net revenue that was booked in a time, by currency."""
    return db.fetch_all(_MONEY, {"start": start, "end": end, "currency": currency})


def registered(start: datetime, end: datetime) -> int:
    """Return the number of accounts that were created in a time."""
    return int(db.fetch_value(_USERS, {"start": start, "end": end}))


def active(day: date) -> int:
    """Return the number of users that were active on a day."""
    return int(db.fetch_value(_ACTIVE, {"day": day}))


def rating(start: datetime, end: datetime) -> float | None:
    """Return the average rating of partners in reviews of a time."""
    found: float | None = db.fetch_value(_RATING, {"start": start, "end": end})
    return found


def attention(keys: list[str]) -> dict[str, tuple[int, datetime | None]]:
    """Return the number of things that wait for staff, and since when the oldest waits, by key."""
    found = {}
    for key in keys:
        row = db.fetch_one(_WAITING[key])
        found[key] = (int(row[0]), row[1]) if row is not None else (0, None)
    return found


def week(until: datetime) -> tuple[datetime, datetime]:
    """Return the last seven days."""
    return until - timedelta(days=7), until
