"""The statements of deals use indexes: plans with a timeline of 5,000 entries, in a transaction that is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.deals import queries
from metaia.orders.chat import queries as order_queries
from metaia.realtime.log import threads
from tests.support.plans import statements

DEAL, USER = "40000000-0000-7000-8000-000000000001", "50000000-0000-7000-8000-000000000001"
DEALS, ENTRIES = 500, 5_000
# One long timeline among many short ones.
SEED = (
    """
    INSERT INTO event_threads (thread, position, event_id, type, ref, at)
    SELECT CAST(:deal AS uuid), 1000000 + n, gen_random_uuid(), 'chat.message',
        (ARRAY['message', 'order', 'offer'])[1 + n % 3] || ':' || n || ':' || 1, now()
    FROM generate_series(1, CAST(:entries AS integer)) AS n
    """,
    """
    INSERT INTO event_threads (thread, position, event_id, type, ref, at)
    SELECT gen_random_uuid(), 2000000 + n, gen_random_uuid(), 'order.updated', 'order:' || n || ':' || 1, now()
    FROM generate_series(1, CAST(:deals AS integer) * 20) AS n
    """,
)
CALLS: dict[str, Callable[[], object]] = {
    "newest page": lambda: threads.page(DEAL, limit=50),
    "page in the middle": lambda: threads.page(DEAL, before=1_000_000 + ENTRIES // 2, limit=50),
    "page after a cursor": lambda: threads.page(DEAL, after=1_000_010, limit=50),
    "page of one kind": lambda: threads.page(DEAL, ["order"], limit=50),
    "one deal": lambda: queries.get(DEAL),
    "ends of orders": lambda: order_queries.ends([DEAL]),
    **{
        f"list of a {role}": lambda role=role: queries.page(  # type: ignore[misc]
            Actor(USER, role, "", 0), filters={}, limit=20, cursor=None
        )
        for role in ("customer", "tailor", "delivery")
    },
}
Plan = dict[str, Any]


class _Undo(Exception):
    """Roll the transaction back."""


def _plans(call: Callable[[], object]) -> list[Plan]:
    with statements() as found:
        call()
    connection = db.current().connection
    return [
        connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", parameters).scalar_one()[0]["Plan"]
        for sql, parameters in found
        if sql.lstrip().upper().startswith("SELECT")
    ]


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


@pytest.fixture(scope="module")
def plans(app: Flask) -> dict[str, list[Plan]]:
    """Give the plans of each call."""
    found: dict[str, list[Plan]] = {}
    with app.app_context():
        try:
            with db.transaction():
                for statement in SEED:
                    db.execute(text(statement), {"deal": DEAL, "entries": ENTRIES, "deals": DEALS})
                db.execute(text("ANALYZE event_threads"))
                db.execute(text("SET LOCAL enable_seqscan = off"))  # the other tables are small here
                found = {name: _plans(call) for name, call in CALLS.items()}
                raise _Undo
        except _Undo:
            with db.transaction():  # the sizes of tables that planners know are not rolled back
                db.execute(text("ANALYZE event_threads"))
    return found


def test_no_table_is_read_as_a_whole(plans: dict[str, list[Plan]]) -> None:
    for name, found in plans.items():
        nodes = [node for plan in found for node in _nodes(plan)]
        assert nodes, name
        whole = [node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"]
        assert whole == [], name


def test_a_page_of_a_timeline_is_read_in_the_order_of_its_index(plans: dict[str, list[Plan]]) -> None:
    """A sort would read all entries of the deal first, and grow with them."""
    for name in ("newest page", "page in the middle", "page after a cursor"):
        nodes = [node for plan in plans[name] for node in _nodes(plan)]
        kinds = {node["Node Type"] for node in nodes}
        assert "Sort" not in kinds, name
        assert {node.get("Index Name") for node in nodes} - {None} == {"pk_event_threads"}, name


def test_lists_are_read_in_the_order_of_their_indexes(plans: dict[str, list[Plan]]) -> None:
    """A customer with many bookings: the newest page does not read all of them."""
    indexes = {node.get("Index Name") for plan in plans["list of a customer"] for node in _nodes(plan)}
    assert "ix_orders_customer_id" in indexes
    assert "ix_bookings_customer_id_created_at" in indexes
