"""Selects of the verification: rows of a day that the derived tables have and a calculation from scratch has not."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import text

from metaia.analytics.following.facts import ORDERS
from metaia.analytics.following.rollups import ALL, EVERY
from metaia.core import db

CHECK: Final = "_check"  # the suffix of the temporary tables
_IDS: Final = text(
    """
    SELECT id FROM orders WHERE created_at >= :start AND created_at < :end
    UNION SELECT order_id FROM fact_orders WHERE placed_at >= :start AND placed_at < :end
    UNION SELECT order_id FROM fact_orders WHERE accepted_at >= :start AND accepted_at < :end
    UNION SELECT order_id FROM fact_orders WHERE ended_at >= :start AND ended_at < :end
    """
)
_FACTS: Final = text(
    """
    SELECT coalesce(f.order_id, c.order_id) AS subject, to_jsonb(c)::text AS expected, to_jsonb(f)::text AS found
    FROM fact_orders_check c FULL JOIN (SELECT * FROM fact_orders WHERE order_id = ANY (CAST(:ids AS uuid[]))) f
        ON f.order_id = c.order_id
    WHERE to_jsonb(c) IS DISTINCT FROM to_jsonb(f) LIMIT 100
    """
)
_ROLLUPS: Final = text(
    """
    SELECT concat_ws(' ', coalesce(r.bucket, c.bucket), coalesce(r.currency, c.currency),
        coalesce(r.partner_id, c.partner_id)) AS subject, to_jsonb(c)::text AS expected, to_jsonb(r)::text AS found
    FROM (SELECT * FROM rollup_orders_check WHERE bucket >= :start AND bucket < :end) c
    FULL JOIN (SELECT * FROM rollup_orders WHERE bucket >= :start AND bucket < :end) r
        ON (r.bucket, r.currency, r.partner_id) = (c.bucket, c.currency, c.partner_id)
    WHERE to_jsonb(c) IS DISTINCT FROM to_jsonb(r) LIMIT 100
    """
)
# Revenue straight from the ledger, by currency. Written without the statements that make facts.
_LEDGER: Final = """
    SELECT e.currency,
        coalesce(-sum(e.amount) FILTER (WHERE p.kind IN ('earned', 'credit') AND e.kind IN ({earners})), 0) AS gross,
        coalesce(sum(e.amount) FILTER (WHERE p.kind = 'refund' AND e.kind IN ({earners})), 0) AS refunds,
        coalesce(-sum(e.amount) FILTER (WHERE e.kind = 'commission'), 0) AS commission,
        coalesce(sum(e.amount) FILTER (WHERE e.kind = 'fees'), 0) AS fees
    FROM ledger_entries e JOIN ledger_postings p ON p.id = e.posting_id
    WHERE p.booked_at >= :start AND p.booked_at < :end GROUP BY e.currency
"""
_MONEY: Final = text(
    f"""
    SELECT coalesce(l.currency, r.currency) AS subject, to_jsonb(l)::text AS expected, to_jsonb(r)::text AS found
    FROM ({_LEDGER.format(earners="'partner', 'courier', 'commission', 'sales', 'promotions', 'losses'")}) l
    FULL JOIN (
        SELECT currency, sum(gross) AS gross, sum(refunds) AS refunds, sum(commission) AS commission, sum(fees) AS fees
        FROM rollup_money WHERE partner_id = CAST('{ALL}' AS uuid) AND bucket >= :start AND bucket < :end
        GROUP BY currency
    ) r ON r.currency = l.currency
    WHERE (coalesce(l.gross, 0), coalesce(l.refunds, 0), coalesce(l.commission, 0), coalesce(l.fees, 0))
        <> (coalesce(r.gross, 0), coalesce(r.refunds, 0), coalesce(r.commission, 0), coalesce(r.fees, 0))
    """  # noqa: S608 - constants
)
_COHORTS: Final = text(
    """
    SELECT o.customer_id AS subject, min(o.created_at)::text AS expected, min(c.first_at)::text AS found
    FROM orders o LEFT JOIN cohorts c ON c.user_id = o.customer_id
    WHERE o.customer_id IN (SELECT customer_id FROM orders WHERE created_at >= :start AND created_at < :end)
    GROUP BY o.customer_id HAVING min(o.created_at) IS DISTINCT FROM min(c.first_at) LIMIT 100
    """
)
_FIRST: Final = text("SELECT min(created_at) FROM orders")
Finding = tuple[str, str, str | None, str | None]  # the rule, the subject, the expected and the found value


def first_order() -> datetime | None:
    """Return when the first order was placed."""
    found: datetime | None = db.fetch_value(_FIRST)
    return found


def of_day(start: datetime, end: datetime) -> list[Finding]:
    """Return what the tables have wrong about a day, in the running transaction."""
    day = {"start": start, "end": end}
    ids = [str(row.id) for row in db.fetch_all(_IDS, day)]
    for table, key in (("fact_orders", "order_id"), ("rollup_orders", "bucket, partner_id, currency")):
        db.ddl(f"CREATE TEMP TABLE {table}{CHECK} (LIKE {table}, PRIMARY KEY ({key})) ON COMMIT DROP")
    db.execute(text(ORDERS.format(next=CHECK)), {"ids": ids})
    db.execute(text(EVERY["rollup_orders"].format(next=CHECK)))
    found = [("fact_orders", row) for row in db.fetch_all(_FACTS, {"ids": ids})]
    for name, statement in (("rollup_orders", _ROLLUPS), ("ledger", _MONEY), ("cohorts", _COHORTS)):
        found += [(name, row) for row in db.fetch_all(statement, day)]
    return [(name, str(row.subject), row.expected, row.found) for name, row in found]
