"""Running the consumer in a test, and the derived tables as they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text

from metaia.analytics.following import queries as following_queries
from metaia.analytics.following import service as following
from metaia.analytics.rebuilding import service as rebuilding
from metaia.core import db
from metaia.core.ids import new_id
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Line, Posting
from metaia.realtime.log import store as log_store
from tests.support.waiting import until

TABLES = (
    "fact_orders",
    "fact_money",
    "fact_actions",
    "rollup_orders",
    "rollup_money",
    "activity_days",
    "cohorts",
)
_OUTBOX = text("SELECT count(*) FROM outbox WHERE kind = 'event'")
Rows = dict[str, list[str]]


def caught_up() -> None:
    """Run the consumer until it has reached the head of the log, which has all that is committed."""
    until(lambda: db.fetch_value(_OUTBOX) == 0, "the relay moves all events")
    if following.is_stale(following_queries.cursor(), log_store.head(), 0):
        rebuilding.rebuild()
    while True:
        touched = following.follow()
        if touched is None or not touched.events:
            return


def contents() -> Rows:
    """Return all rows of the derived tables."""
    return {
        name: sorted(row[0] for row in db.fetch_all(text(f"SELECT to_jsonb(t)::text FROM {name} t")))
        for name in TABLES
    }


def rewind(position: int) -> None:
    """Set the cursor back, as after a restore of the cursor alone."""
    with db.transaction():
        db.execute(text("UPDATE analytics_cursor SET position = :at"), {"at": position})


def value(sql: str, **given: Any) -> Any:
    """Return the first value of a select."""
    return db.fetch_value(text(sql), given)


def booked(kind: str, currency: str, lines: dict[tuple[str, str], int], at: datetime) -> None:
    """Post to the ledger, and let the posting have been booked at a time in the past."""
    key = f"{kind}:{new_id()}"
    entries = [Line(Account(account, owner, currency), amount) for (account, owner), amount in lines.items()]
    with db.transaction():
        ledger_service.post(Posting(key, kind, entries, "order-of-a-test"))
    with db.transaction():
        db.execute(
            text("SET LOCAL session_replication_role = replica")
        )  # the ledger's triggers refuse updates
        ids = "(SELECT id FROM ledger_postings WHERE key = :key)"
        db.execute(
            text(f"UPDATE ledger_entries SET booked_at = :at WHERE posting_id IN {ids}"),
            {"key": key, "at": at},
        )
        db.execute(
            text("UPDATE ledger_postings SET booked_at = :at WHERE key = :key"), {"key": key, "at": at}
        )
        db.execute(text("UPDATE analytics_cursor SET booked_until = least(booked_until, :at)"), {"at": at})


def moved(order_id: str, at: datetime) -> None:
    """Let an order have been placed at a time in the past, with its first step."""
    with db.transaction():
        db.execute(
            text("UPDATE orders SET created_at = :at WHERE id = CAST(:id AS uuid)"),
            {"at": at, "id": order_id},
        )
        touched = following.Touched()
        following.apply({"order": [order_id]}, touched)
        following.roll_up(touched)
