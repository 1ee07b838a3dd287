"""The consumer of the log: facts and rollups follow the domains, whatever is repeated."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import text

from metaia.analytics.checking import service as checking
from metaia.analytics.following import service as following
from metaia.analytics.rebuilding import service as rebuilding
from metaia.core import db
from metaia.core.times import now
from metaia.realtime.log import store as log_store
from tests.analytics.support import TABLES, caught_up, contents, rewind, value
from tests.orders.conftest import Cast, cast

__all__ = ["cast"]


class Undone(Exception):
    """The test's transaction ends here."""


def test_an_order_has_the_times_of_its_steps(cast: Cast) -> None:
    order = cast.order_in("delivered")
    caught_up()
    fact = "SELECT {} FROM fact_orders WHERE order_id = CAST(:id AS uuid)"
    assert value(fact.format("accepted_at < ready_at AND picked_at < delivered_at"), id=order["id"])
    assert value(fact.format("ended_at"), id=order["id"]) is None
    cast.customer.act(order, "complete")
    caught_up()
    assert value(fact.format("outcome"), id=order["id"]) == "completed"
    assert value(fact.format("items"), id=order["id"]) == 2


def test_repeated_and_lost_pages_change_nothing(cast: Cast) -> None:
    start = log_store.head().position
    for status in ("completed", "rejected", "cancelled", "pending"):
        cast.order_in(status)
    caught_up()
    before = contents()
    rewind(start)
    caught_up()
    assert contents() == before
    rebuilding.rebuild()
    assert contents() == before


def test_a_moved_order_leaves_its_old_quarter_hour(cast: Cast) -> None:
    order = cast.order_in("completed")
    caught_up()
    moved = "UPDATE orders SET created_at = created_at - interval '3 hours' WHERE id = CAST(:id AS uuid)"
    rows = "SELECT count(*) FROM rollup_orders WHERE partner_id = CAST(:id AS uuid)"
    with db.transaction():
        db.execute(text(moved), {"id": order["id"]})
    number = value(rows, id=cast.tailor.id)
    rewind(log_store.head().position - 1)
    with db.transaction():
        touched = following.Touched()
        following.apply({"order": [order["id"]]}, touched)
        following.roll_up(touched)
    assert value(rows, id=cast.tailor.id) == number + 1
    after = contents()
    rebuilding.rebuild()
    assert contents() == after


def test_a_day_is_verified_and_a_wrong_row_is_found(cast: Cast) -> None:
    order = cast.order_in("completed")
    caught_up()
    today = now().astimezone(following.zone()).date()
    assert checking.verify([today]) == []
    with db.transaction():
        wrong = "UPDATE fact_orders SET total = total + 1 WHERE order_id = CAST(:id AS uuid)"
        db.execute(text(wrong), {"id": order["id"]})
    assert {rule for rule, *_ in checking.verify([today])} == {"fact_orders"}
    rebuilding.rebuild()
    assert checking.verify([today]) == []


def test_the_consumer_only_reads_the_tables_of_domains(cast: Cast) -> None:
    """It runs as a role that may write nothing but the derived tables."""
    start = log_store.head().position
    cast.order_in("completed")
    caught_up()
    before = contents()
    with suppress(Undone), db.transaction():
        db.ddl("CREATE ROLE analytics_reader")
        db.ddl("GRANT SELECT ON ALL TABLES IN SCHEMA public TO analytics_reader")
        db.ddl(f"GRANT ALL ON {', '.join((*TABLES, 'analytics_cursor'))} TO analytics_reader")
        rewind(start)
        db.ddl("SET LOCAL ROLE analytics_reader")
        touched = following.follow()
        assert touched is not None
        assert touched.events
        assert contents() == before
        raise Undone
