"""The lists behind values: the same rows that a figure counts, by the same conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text

from metaia.analytics.answers import ALL_PARTNERS, Ask
from metaia.analytics.people.queries import ACTIVATED
from metaia.analytics.sets.queries import MONEY_VALUES
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination

_PARTNER: Final = (
    "(CAST(:partner AS uuid) = CAST(:all_partners AS uuid) OR f.partner_id = CAST(:partner AS uuid))"
)
_FILTERED: Final = f"{_PARTNER} AND (CAST(:currency AS text) IS NULL OR f.currency = :currency)"
_OUTCOMES: Final = ("rejected", "cancelled", "expired", "completed")
ORDER, USER, POSTING = "order", "user", "posting"


@dataclass(frozen=True)
class Source:
    """A select of id, at, title, amount and currency; `type` is what its rows are."""

    type: str
    sql: str


def _orders(axis: str, condition: str = "true") -> Source:
    return Source(
        ORDER,
        f"""
        SELECT f.order_id AS id, f.{axis} AS at, o.order_number AS title, f.total AS amount, f.currency
        FROM fact_orders f LEFT JOIN orders o ON o.id = f.order_id
        WHERE f.{axis} >= :start AND f.{axis} < :end AND {condition} AND {_FILTERED}
        """,  # noqa: S608 - constants
    )


def _money(amount: str) -> Source:
    return Source(
        POSTING,
        f"""
        SELECT f.posting_id AS id, f.booked_at AS at, f.subject AS title, ({amount})::bigint AS amount, f.currency
        FROM fact_money f WHERE f.booked_at >= :start AND f.booked_at < :end AND ({amount}) <> 0 AND {_FILTERED}
        """,  # noqa: S608 - constants
    )


def _users(at: str, condition: str) -> Source:
    return Source(
        USER,
        f"""
        SELECT u.id, {at} AS at, u.role AS title, NULL::bigint AS amount, NULL::text AS currency
        FROM users u LEFT JOIN cohorts c ON c.user_id = u.id
        WHERE {at} >= :start AND {at} < :end AND {condition}
        """,  # noqa: S608 - constants
    )


_ACTIVE: Final = Source(
    USER,
    """
    SELECT user_id AS id, max(day)::timestamp AT TIME ZONE 'UTC' AS at, max(role) AS title,
        sum(actions)::bigint AS amount, NULL::text AS currency
    FROM activity_days WHERE day >= :first AND day <= :last GROUP BY user_id
    """,
)
SOURCES: Final[dict[str, Source]] = {
    "placed": _orders("placed_at"),
    "accepted": _orders("accepted_at"),
    **{name: _orders("ended_at", f"f.outcome = '{name}'") for name in _OUTCOMES},
    **{name: _money(f"f.{name}") for name in MONEY_VALUES},
    "net": _money("f.gross - f.refunds - f.disputes + f.corrections"),
    "registered": _users("u.created_at", "true"),
    "verified": _users("u.created_at", "u.email_verified_at IS NOT NULL"),
    "activated": _users("u.created_at", ACTIVATED),
    "newCustomers": _users("c.first_at", "true"),
    "active": _ACTIVE,
}


def counts(source: Source, ask: Ask) -> list[AnyRow]:
    """Return the number of rows, and the sum of their amounts, by currency."""
    sql = (
        f"SELECT currency, count(*) AS number, sum(amount)::bigint AS amount FROM ({source.sql}) s GROUP BY 1"  # noqa: S608
    )
    return db.fetch_all(text(sql), _given(ask))


def page(
    source: Source, ask: Ask, *, made_for: str, limit: int, cursor: str | None
) -> tuple[list[AnyRow], str | None]:
    """Return one page of the rows, newest first, and the cursor of the next page. Raises Invalid."""
    after, given = "", _given(ask) | {"limit": limit + 1}
    if cursor is not None:
        at, last, currency = pagination.decode(cursor, made_for)
        after = (
            "WHERE (at, id, coalesce(currency, '')) <"
            " (CAST(:at AS timestamptz), CAST(:last AS uuid), CAST(:last_currency AS text))"
        )
        given |= {"at": at, "last": last, "last_currency": currency}
    order = "at DESC, id DESC, coalesce(currency, '') DESC"
    sql = f"SELECT * FROM ({source.sql}) s {after} ORDER BY {order} LIMIT :limit"  # noqa: S608 - constants
    rows = db.fetch_all(text(sql), given)
    if len(rows) <= limit:
        return rows, None
    last_row = rows[limit - 1]
    values = [last_row.at.isoformat(), str(last_row.id), last_row.currency or ""]
    return rows[:limit], pagination.encode(made_for, values)


def _given(ask: Ask) -> dict[str, Any]:
    last = (ask.end - timedelta(microseconds=1)).astimezone(ask.zone).date()
    return {
        "start": ask.start,
        "end": ask.end,
        "first": ask.start.astimezone(ask.zone).date(),
        "last": last,
        "partner": ask.partner_id,
        "all_partners": ALL_PARTNERS,
        "currency": ask.currency,
    }
