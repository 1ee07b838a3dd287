"""Selects on rollups and facts by bucket. Buckets are sent as instants: PostgreSQL converts no zones."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text

from metaia.analytics.answers import ALL_PARTNERS, Ask
from metaia.analytics.models import AnalyticsCursorRow
from metaia.core import db
from metaia.core.db import AnyRow

ORDER_VALUES: Final = (
    "placed", "gmv", "items", "accepted", "rejected", "cancelled", "expired", "completed", "completed_value", "tips",
)  # fmt: skip
MONEY_VALUES: Final = ("gross", "refunds", "disputes", "corrections", "commission", "fees", "payouts")


def _rollup(table: str, values: tuple[str, ...]) -> Any:
    sums = ", ".join(f"sum({value})::bigint AS {value}" for value in values)
    return text(
        f"""
        SELECT width_bucket(bucket, CAST(:starts AS timestamptz[])) AS number, currency, {sums} FROM {table}
        WHERE partner_id = CAST(:partner AS uuid) AND bucket >= :start AND bucket < :end GROUP BY 1, 2
        """  # noqa: S608 - constants
    )


_ORDERS, _MONEY = _rollup("rollup_orders", ORDER_VALUES), _rollup("rollup_money", MONEY_VALUES)
_DURATIONS = text(
    """
    SELECT number, count(*) AS orders,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY time_to_accept) AS time_to_accept,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY preparation) AS preparation,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY delivery) AS delivery
    FROM (
        SELECT width_bucket(placed_at, CAST(:starts AS timestamptz[])) AS number,
            extract(epoch FROM accepted_at - placed_at)::float AS time_to_accept,
            extract(epoch FROM ready_at - accepted_at)::float AS preparation,
            extract(epoch FROM delivered_at - picked_at)::float AS delivery
        FROM fact_orders WHERE placed_at >= :start AND placed_at < :end
            AND (CAST(:partner AS uuid) = CAST(:all_partners AS uuid) OR partner_id = CAST(:partner AS uuid))
            AND (CAST(:currency AS text) IS NULL OR currency = :currency)
    ) f GROUP BY GROUPING SETS ((number), ())
    """
)
# By currency: amounts of several currencies cannot be ranked in one list.
_TOP = {
    column: text(
        f"""
        SELECT * FROM (
            SELECT {column} AS id, currency, count(*) AS orders, sum(total)::bigint AS value,
                sum(sum(total)) OVER (PARTITION BY currency)::bigint AS whole,
                row_number() OVER (PARTITION BY currency ORDER BY sum(total) DESC, {column}) AS place
            FROM fact_orders WHERE ended_at >= :start AND ended_at < :end AND outcome = 'completed'
                AND {column} IS NOT NULL AND (CAST(:currency AS text) IS NULL OR currency = :currency)
            GROUP BY 1, 2
        ) ranked WHERE place <= :limit ORDER BY currency, place
        """  # noqa: S608 - constants
    )
    for column in ("partner_id", "courier_id")
}
_CURSOR = text("SELECT c.*, h.position AS head FROM analytics_cursor c, log_head h WHERE c.name = 'facts'")


def orders(ask: Ask) -> list[AnyRow]:
    """Return the sums of orders by bucket and currency."""
    return db.fetch_all(_ORDERS, ask.bounds | {"partner": ask.partner_id})


def money(ask: Ask) -> list[AnyRow]:
    """Return the sums of booked money by bucket and currency."""
    return db.fetch_all(_MONEY, ask.bounds | {"partner": ask.partner_id})


def durations(ask: Ask) -> list[AnyRow]:
    """Return the median and the 90th percentile of durations by bucket; those of the whole period without a number."""
    given = {"partner": ask.partner_id, "all_partners": ALL_PARTNERS, "currency": ask.currency}
    return db.fetch_all(_DURATIONS, ask.bounds | given)


def top(column: str, ask: Ask) -> list[AnyRow]:
    """Return the partners or couriers with the highest value of completed orders, by currency."""
    given = {"start": ask.start, "end": ask.end, "currency": ask.currency, "limit": ask.limit}
    return db.fetch_all(_TOP[column], given)


def cursor() -> AnyRow:
    """Return the consumer's cursor, with the head of the log. Raises LookupError without migrations."""
    row = db.fetch_one(_CURSOR)
    if row is None:
        raise LookupError(f"{AnalyticsCursorRow.__tablename__} is empty: migrations have not run")
    return row
