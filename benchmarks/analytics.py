"""Time the consumer's page, a rebuild and queries of figures with 10,000 and with 100,000 orders of one year.

Usage: python -m benchmarks.analytics [ORDERS …]. Read the ratios. The default takes less than a minute.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import text

from benchmarks import growth
from metaia.analytics import periods
from metaia.analytics.answers import Ask
from metaia.analytics.drilling import queries as drill_queries
from metaia.analytics.following import service as following
from metaia.analytics.rebuilding import queries as rebuild_queries
from metaia.analytics.rebuilding import service as rebuilding
from metaia.analytics.sets import queries as set_queries
from metaia.core import db
from metaia.core.times import now

SIZES, STEP, PAGE = [10_000, 100_000], 10_000, 500
# A thousand users; orders of the last 365 days with four steps each. Ids rise with the number.
SEED = (
    """
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    SELECT CAST('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid), n || '@test.example', 'x', 'n',
        CASE WHEN n <= 100 THEN 'tailor' ELSE 'customer' END, true, now() - n * interval '8 hours'
    FROM generate_series(1, 1000) AS n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO orders (id, order_number, deal_id, status, customer_id, partner_id, customer_info, items, subtotal,
        total, currency, version, accept_by, created_at, updated_at, words)
    SELECT id, 'B-' || n, id, 'completed',
        CAST('00000000-0000-7000-8000-' || lpad(to_hex(101 + n % 900), 12, '0') AS uuid),
        CAST('00000000-0000-7000-8000-' || lpad(to_hex(1 + n % 100), 12, '0') AS uuid), '{}',
        '[{"name": "Suit", "quantity": 2, "price": 500}]', 1000, 1000, 'INR', 4, at, at, at + interval '1 hour', ''
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n,
        LATERAL (SELECT CAST('40000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid) AS id,
            now() - (n * 7919 % 525600) * interval '1 minute' - interval '2 hours' AS at) AS made
    """,
    """
    INSERT INTO order_steps (order_id, version, action, status, actor_id, actor_role, after, at)
    SELECT id, step, (ARRAY['create', 'accept', 'ready', 'complete'])[step],
        (ARRAY['pending', 'accepted', 'ready', 'completed'])[step],
        CASE WHEN step = 1 THEN customer_id ELSE partner_id END,
        CASE WHEN step = 1 THEN 'customer' ELSE 'tailor' END, '{}', created_at + (step - 1) * interval '20 minutes'
    FROM orders, generate_series(1, 4) AS step
    WHERE id BETWEEN CAST('40000000-0000-7000-8000-' || lpad(to_hex(CAST(:first AS integer)), 12, '0') AS uuid)
        AND CAST('40000000-0000-7000-8000-' || lpad(to_hex(CAST(:last AS integer)), 12, '0') AS uuid)
    """,
)


def add(first: int, last: int) -> None:
    """Add orders with their steps."""
    with db.transaction():
        for statement in SEED:
            db.execute(text(statement), {"first": first, "last": last})


def asked(days: int) -> Ask:
    """Return what a query of the last days by day asks for."""
    zone, today = following.zone(), now().astimezone(following.zone()).date()
    return Ask(periods.buckets(today - timedelta(days=days - 1), today, periods.DAY, zone), zone)


def calls() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    ids = rebuild_queries.page("order", rebuild_queries.FIRST, PAGE)
    latest = [
        str(row.id) for row in db.fetch_all(text("SELECT id FROM orders ORDER BY created_at DESC LIMIT 500"))
    ]
    year, month = asked(365), asked(30)

    def page(chosen: list[str]) -> None:
        with db.transaction():
            touched = following.Touched()
            following.apply({"order": chosen}, touched)
            following.roll_up(touched)

    return {
        "page of the 500 latest orders": lambda: page(latest),
        "page of 500 orders over the year": lambda: page(ids),
        "year by day, from rollups": lambda: set_queries.orders(year),
        "durations of 30 days, from facts": lambda: set_queries.durations(month),
        "top partners of 30 days": lambda: set_queries.top("partner_id", month),
        "list behind a value of 30 days": lambda: drill_queries.page(
            drill_queries.SOURCES["placed"], month, made_for="bench", limit=20, cursor=None
        ),
    }


def main(sizes: list[int]) -> None:
    """Print the times at each size."""
    with growth.application():
        results, reached = [], list[int]()
        for count in growth.grown(sizes, STEP, add, growth.MINUTES):
            reached.append(count)
            began = time.perf_counter()
            rebuilding.rebuild()
            whole = 1000 * (time.perf_counter() - began)
            results.append({"rebuild": whole} | growth.measure(calls(), 10))
    growth.show(reached, results)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
